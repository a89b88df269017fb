/* bin/pypy3.11: loads libpypy, which needs the libpython that it was linked to.

   PyPy's own is linked to libpypy; without that libpython it ends in a line of
   the dynamic loader's before anything can be explained.  This one loads libpypy
   itself, from beside it, and says what is missing and what gives it back.
   LIBPYPY, LIBPYTHON (a path) and VERSION are defined on the command line. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static int refuse(const char *reason)
{
    dprintf(2, "pypy-cpyembed: %s\n", reason);
    if (strstr(reason, base_name(LIBPYTHON)))
        dprintf(2,
                "It is linked to %s, of CPython " VERSION ", which is not there any more.\n"
                "Either install that CPython again, with its shared library (Debian, Ubuntu: "
                "apt install libpython" VERSION "; pyenv: PYTHON_CONFIGURE_OPTS=--enable-shared "
                "pyenv install " VERSION "),\n"
                "or link to another one: translate.sh --relink --python EXE\n", LIBPYTHON);
    return 127;
}

int main(int argc, char *argv[])
{
    int (*start)(int, char **);
    void *library = dlopen(LIBPYPY, RTLD_LAZY | RTLD_GLOBAL);
    if (!library)
        return refuse(dlerror());
    *(void **)&start = dlsym(library, "pypy_main_startup");
    if (!start)
        return refuse(dlerror());
    return start(argc, argv);
}
