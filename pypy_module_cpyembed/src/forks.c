/* A fork: CPython is prepared for it, and its GIL stays with the thread that
   forks, so that it is not another's in the child. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "cpyembed.h"
#include "keep.h"

/* This thread is between the hooks: to it enter and leave mean nothing. */
CPYEMBED_THREAD int cpyembed_forking;

void cpyembed_before_fork(void)
{
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
}

void cpyembed_after_fork_in_child(void)
{
    fork_is_over();
    PyOS_AfterFork_Child();
}
