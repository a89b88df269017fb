/* Keeping CPython's GIL between calls; see keep.c.  For gil.c alone. */
#ifndef CPYEMBED_KEEP_H
#define CPYEMBED_KEEP_H

/* libpypy is loaded when the program starts, so the fastest model will do. */
#define CPYEMBED_THREAD __thread __attribute__((tls_model("initial-exec")))

extern void cpyembed_keep_start(PyThreadState **resting);
extern int cpyembed_keep_resume(void);
extern void cpyembed_keep_entered(void);
extern int cpyembed_keep_instead(void);
extern void cpyembed_keep_left(void);

#endif
