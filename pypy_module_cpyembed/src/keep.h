/* Keeping CPython's GIL between calls; see keep.c.  For gil.c, and for what is
   the thread's own elsewhere. */
#ifndef CPYEMBED_KEEP_H
#define CPYEMBED_KEEP_H

/* libpypy is loaded when the program starts, so the fastest model will do.  The
   libraries of the untranslated tests are loaded later, and are many. */
#if defined(RPY_EXTERN) && !defined(__PYPY_PRECOMMONDEFS_H)
#define CPYEMBED_THREAD __thread
#else
#define CPYEMBED_THREAD __thread __attribute__((tls_model("initial-exec")))
#endif

extern void cpyembed_keep_start(PyThreadState **resting);
extern int cpyembed_keep_resume(void);
extern void cpyembed_keep_entered(void);
extern int cpyembed_keep_instead(void);
extern void cpyembed_keep_left(void);

#endif
