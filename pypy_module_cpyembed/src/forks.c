/* A fork: CPython is prepared for it, and both GILs stay with the thread that
   forks, so that they are not another's in the child.

   PyPy forks, by way of forks.py; CPython's os.fork comes that way too.  Where C
   code of CPython's forks by itself (its _posixsubprocess with a preexec_fn),
   CPython's at-fork functions call PyPy's hooks (cpyembed/native/forks.py), and
   PyPy's GIL is taken here, when nothing is left to wait for, and given back at
   once on both sides.  A C library's own fork() is as safe as in a process with
   one interpreter: the child may exec, no more. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <pthread.h>
#include "cpyembed.h"
#include "keep.h"

/* This thread is between the hooks: to it enter and leave mean nothing. */
CPYEMBED_THREAD int cpyembed_forking;

/* Who forks on this thread, while it does: the hooks of each side call the
   other's, and must not come back. */
static CPYEMBED_THREAD long forking_side;

/* Of this thread: PyPy's GIL was taken for the fork. */
static CPYEMBED_THREAD int took;

static long (*take_pypys_gil)(void);
static void (*give_pypys_gil)(long in_child);

void cpyembed_set_fork_functions(void *take, void *give)
{
    take_pypys_gil = (long (*)(void))take;
    give_pypys_gil = (void (*)(long))give;
}

long cpyembed_forking_side(void)
{
    return forking_side;
}

void cpyembed_set_forking_side(long side)
{
    forking_side = side;
}

/* ------------------------------------------------------------- PyPy forks */

void cpyembed_before_fork(void)
{
    forking_side = CPYEMBED_PYPY_FORKS;
    PyOS_BeforeFork();
    cpyembed_forking = 1;
    CPYEMBED_SET_RARE(CPYEMBED_FORKING);
}

long cpyembed_is_forking(void)
{
    return cpyembed_forking;
}

static void fork_is_over(void)
{
    cpyembed_forking = 0;
    CPYEMBED_CLEAR_RARE(CPYEMBED_FORKING);
}

/* Both run CPython's hooks, which may call PyPy: by then it is over. */
void cpyembed_after_fork_in_parent(void)
{
    fork_is_over();
    PyOS_AfterFork_Parent();
    forking_side = CPYEMBED_NOBODY_FORKS;
}

void cpyembed_after_fork_in_child(void)
{
    fork_is_over();
    PyOS_AfterFork_Child();
    forking_side = CPYEMBED_NOBODY_FORKS;
}

/* ------------------------------------------------------------ any fork at all */

/* Whether it is CPython's code that forks: then PyPy's GIL is not here. */
static int cpython_forks(void)
{
    return forking_side != CPYEMBED_PYPY_FORKS && take_pypys_gil != NULL &&
           cpyembed_holds_gil_now() && (!cpyembed_is_keeper() || cpyembed_is_inside());
}

static void before_any_fork(void)
{
    took = cpython_forks() && take_pypys_gil();
    cpyembed_drops_before_fork();
}

static void in_parent(void)
{
    cpyembed_drops_in_parent();
    if (took)
        give_pypys_gil(0);
    took = 0;
}

static void in_child(void)
{
    cpyembed_drops_in_child();
    cpyembed_gil_in_child();
    if (took)
        give_pypys_gil(1);
    took = 0;
}

/* Once, when CPython has started. */
void cpyembed_watch_forks(void)
{
    pthread_atfork(before_any_fork, in_parent, in_child);
}
