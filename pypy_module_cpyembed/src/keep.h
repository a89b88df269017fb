/* What gil.c, keep.c, forks.c and interrupts.c have from each other, and what is
   the thread's own elsewhere. */
#ifndef CPYEMBED_KEEP_H
#define CPYEMBED_KEEP_H

#include <pthread.h>

/* libpypy is loaded when the program starts, so the fastest model will do.  The
   libraries of the untranslated tests are loaded later, and are many. */
#if defined(RPY_EXTERN) && !defined(__PYPY_PRECOMMONDEFS_H)
#define CPYEMBED_THREAD __thread
#else
#define CPYEMBED_THREAD __thread __attribute__((tls_model("initial-exec")))
#endif

/* What a callback on the keeper finds, and leaves behind. */
struct cpyembed_keeping {
    int busy, kept, base;
};

/* The keeper's state, see keep.c.  Only the keeper's own thread writes it, but
   for `fresh`. */
struct cpyembed_keep {
    volatile int busy, kept;
    /* The next exit asks whether the signal still works and a watcher is awake:
       set by a real acquisition, and by the watcher now and then. */
    volatile int fresh;
    volatile unsigned long turns;       /* exits so far */
    PyThreadState **resting;            /* where its thread state is while it is outside */
    /* How often PyGILState_Ensure is open on that state where our code left
       CPython.  A higher number, outside, says that a C library that PyPy called
       on this very thread has entered CPython by itself.  It may have given the
       GIL up for a while, so `kept` says nothing then. */
    volatile int base;
};

/* keep.c */
extern struct cpyembed_keep cpyembed_keep;
extern CPYEMBED_THREAD int cpyembed_is_keeper_thread;
extern void cpyembed_keep_start(PyThreadState **resting);
extern void cpyembed_keep_in_child(PyThreadState **resting);
extern int cpyembed_keep_resume(void);
extern void cpyembed_keep_entered(void);
extern int cpyembed_keep_instead(void);
extern void cpyembed_keep_left(void);
extern void cpyembed_keep_begin(struct cpyembed_keeping *before);
extern void cpyembed_keep_end(const struct cpyembed_keeping *before);
extern void cpyembed_keep_for_ever(void);
extern int cpyembed_keep_is_borrowed(void);
extern int cpyembed_is_keeper(void);
extern pthread_t cpyembed_keeper(void);
extern int cpyembed_keeper_is_inside(void);

/* gil.c.  Bits for what is rare: the ways in and out look at them all at once. */
enum { CPYEMBED_INTERRUPTED = 1, CPYEMBED_FORKING = 2, CPYEMBED_GATE_CLOSED = 4,
       CPYEMBED_ENDED = 8 };
extern volatile int cpyembed_rare;
extern CPYEMBED_THREAD int cpyembed_entry_nests;    /* the thread's innermost entry, see gil.c */
#define CPYEMBED_SET_RARE(bit) __atomic_fetch_or(&cpyembed_rare, (bit), __ATOMIC_SEQ_CST)
#define CPYEMBED_CLEAR_RARE(bit) __atomic_fetch_and(&cpyembed_rare, ~(bit), __ATOMIC_SEQ_CST)

extern int cpyembed_holds_gil_now(void);
extern int cpyembed_callback_frame(long outwards, void **frame);
extern int cpyembed_is_inside(void);
extern int cpyembed_gate_is_closed(void);
extern void cpyembed_shut_gate(void);
extern void cpyembed_gil_in_child(void);

/* frames.c */
extern void *cpyembed_current_frame(PyThreadState *state);

/* drops.c */
extern struct cpyembed_shared cpyembed_shared_memory;
extern void cpyembed_drops_before_fork(void);
extern void cpyembed_drops_in_parent(void);
extern void cpyembed_drops_in_child(void);

/* forks.c */
extern void cpyembed_watch_forks(void);
extern CPYEMBED_THREAD int cpyembed_forking;

/* interrupts.c */
extern void cpyembed_interrupt_entering(void);
extern void cpyembed_interrupt_leaving(void);
extern void cpyembed_interrupt_left(void);

#endif
