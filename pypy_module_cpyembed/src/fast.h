/* In and out, inline, for the thread that keeps CPython's GIL between its calls
   (keep.c): these few instructions are a part of every crossing.  Whatever is
   not usual is left to gil.c. */
#ifndef CPYEMBED_FAST_H
#define CPYEMBED_FAST_H

#include "keep.h"

#define CPYEMBED_COMPILER_BARRIER() __asm__ __volatile__("" ::: "memory")

static inline struct cpyembed_shared *cpyembed_shared_now(void)
{
    return &cpyembed_shared_memory;
}

/* Of the keeper, outside: see `base`. */
static inline int cpyembed_is_borrowed(void)
{
    PyThreadState *state = *cpyembed_keep.resting;
    return state != NULL && state->gilstate_counter > cpyembed_keep.base;
}

/* 1 if the thread is inside now; else nothing was done. */
static inline int cpyembed_fast_enter(void)
{
    if (!cpyembed_is_keeper_thread || cpyembed_keep.busy || cpyembed_rare ||
        cpyembed_shared_now()->pending_decrefs != 0)
        return 0;
    cpyembed_keep.busy = 1;
    CPYEMBED_COMPILER_BARRIER();
    if (cpyembed_keep.kept && !cpyembed_is_borrowed())
        return 1;
    cpyembed_keep.busy = 0;
    return 0;
}

/* Whether CPython has one thread: what PyInterpreterState_ThreadHead and
   PyThreadState_Next would say.  There may be none: the keeper of a child, where
   that is a thread that CPython made, is outside in callbacks only. */
static inline int cpyembed_is_alone(void)
{
    PyThreadState *state = *cpyembed_keep.resting;
    return state != NULL && state->prev == NULL && state->next == NULL;
}

/* 1 if the thread is outside now, the GIL kept; else nothing was done. */
static inline int cpyembed_fast_leave(void)
{
    if (!cpyembed_is_keeper_thread || cpyembed_rare || cpyembed_entry_nests ||
        cpyembed_keep.fresh || !cpyembed_is_alone() || cpyembed_is_borrowed())
        return 0;
    cpyembed_keep.turns++;
    cpyembed_keep.kept = 1;
    CPYEMBED_COMPILER_BARRIER();
    cpyembed_keep.busy = 0;
    CPYEMBED_COMPILER_BARRIER();
    if (cpyembed_rare & CPYEMBED_INTERRUPTED)       /* since it was looked at */
        cpyembed_interrupt_left();
    return 1;
}

#endif
