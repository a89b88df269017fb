/* What the C files of the native engine offer to RPython and to each other.
   No Python.h here: this file is included in every C file that the
   translation generates, where CPython's macros would do harm, so a CPython
   object is a `void *`; so is every other pointer, for RPython has types of its
   own for them, and compilers have begun to refuse the mixture. */
#ifndef CPYEMBED_H
#define CPYEMBED_H

#include <stddef.h>

/* The untranslated tests load the C files as a shared library, and say so by
   defining RPY_EXTERN on the command line; only there are the names visible. */
#if defined(RPY_EXTERN) && !defined(__PYPY_PRECOMMONDEFS_H)
#pragma GCC visibility push(default)
#endif

/* Addresses and counters that RPython reads as plain memory. */
struct cpyembed_shared {
    void *none, *true_, *false_;
    void *float_type, *long_type, *bool_type, *unicode_type, *bytes_type, *tuple_type,
        *list_type;
    long pending_decrefs;       /* queued by finalizers, see drops.c */
    long pending_exports;       /* exports that CPython let go of */
    long releases;              /* how often release() dropped a reference, see direct.c */
    long objects_gone;          /* Objects that PyPy's collector found dead */
};
extern void *cpyembed_get_shared(void);

/* lifecycle.c */
extern char *cpyembed_start(const char *executable, char **argv, long argc,
                            const char *pythonpath);
extern void cpyembed_stop(void);
extern const char *cpyembed_libpython(void);

/* gil.c */
extern long cpyembed_try_enter(void);
extern long cpyembed_enter(void);
extern void cpyembed_leave_after_start(void);
extern void cpyembed_leave(void);
extern void *cpyembed_callback_begin(void);
extern void cpyembed_callback_end(void *token);
extern long cpyembed_holds_gil(void);
extern void cpyembed_close_gate(void);
extern void cpyembed_watch_thread_ends(void);
extern void cpyembed_fatal_reentry(void);

/* frames.c */
extern void *cpyembed_frames_function(void);

/* keep.c */
extern long cpyembed_signals_changed(void);

/* forks.c.  The numbers are capi.py's too. */
enum cpyembed_forking { CPYEMBED_NOBODY_FORKS, CPYEMBED_PYPY_FORKS, CPYEMBED_CPYTHON_FORKS };
extern void cpyembed_set_fork_functions(void *take, void *give);
extern long cpyembed_forking_side(void);
extern void cpyembed_set_forking_side(long side);
extern void cpyembed_before_fork(void);
extern long cpyembed_is_forking(void);
extern void cpyembed_after_fork_in_parent(void);
extern void cpyembed_after_fork_in_child(void);

/* interrupts.c */
extern long cpyembed_watch_interrupts(void);

/* drops.c */
extern void cpyembed_drop_later(void *object);
extern void cpyembed_object_gone(void *object);
extern void cpyembed_drain(void);
extern void cpyembed_export_gone(long handle);
extern long cpyembed_next_gone_export(void);

/* kinds.c */
enum cpyembed_kind {
    CPYEMBED_OTHER, CPYEMBED_NONE, CPYEMBED_BOOL, CPYEMBED_INT, CPYEMBED_FLOAT,
    CPYEMBED_COMPLEX, CPYEMBED_STR, CPYEMBED_BYTES, CPYEMBED_TUPLE, CPYEMBED_ELLIPSIS,
    CPYEMBED_NOTIMPLEMENTED, CPYEMBED_SLICE, CPYEMBED_RANGE, CPYEMBED_EXPORT,
    CPYEMBED_TYPE, CPYEMBED_EXCEPTION_CLASS, CPYEMBED_EXCEPTION,
    CPYEMBED_INT_SUBCLASS, CPYEMBED_FLOAT_SUBCLASS, CPYEMBED_COMPLEX_SUBCLASS,
    CPYEMBED_STR_SUBCLASS, CPYEMBED_BYTES_SUBCLASS, CPYEMBED_TUPLE_SUBCLASS
};
extern long cpyembed_kind(void *object);
extern long cpyembed_ints_are_tagged(void);
extern long cpyembed_read_long(void *object, long *value);
extern void *cpyembed_long_from_bytes(const char *bytes, long size);
extern long cpyembed_long_size(void *object);
extern long cpyembed_long_to_bytes(void *object, char *bytes, long size);
extern void cpyembed_complex_parts(void *object, double *parts);
extern void *cpyembed_intern(const char *utf8, long size);
extern void *cpyembed_type_lookup(long type, void *name);       /* by address */
extern const char *cpyembed_type_name(long type);

/* instances.c */
extern void *cpyembed_instance_value(void *object, void *name);

/* calls.c */
extern void *cpyembed_call0(void *callable);
extern void *cpyembed_call1(void *callable, void *a);
extern void *cpyembed_call2(void *callable, void *a, void *b);
extern void *cpyembed_call_many(void *callable, void *array, long count, void *names);
extern void *cpyembed_next(void *iterator);
extern void *cpyembed_special(void *object, void *name);

/* direct.c.  The numbers are capi.py's too. */
enum cpyembed_argument { CPYEMBED_OBJECT_ARGUMENT, CPYEMBED_INT_ARGUMENT, CPYEMBED_FLOAT_ARGUMENT };
enum cpyembed_status {
    /* still inside CPython */
    CPYEMBED_OBJECT_RESULT, CPYEMBED_ERROR,
    /* outside again */
    CPYEMBED_FLOAT_RESULT, CPYEMBED_INT_RESULT, CPYEMBED_NONE_RESULT, CPYEMBED_FALSE_RESULT,
    CPYEMBED_TRUE_RESULT, CPYEMBED_END, CPYEMBED_RETRY, CPYEMBED_CLOSED
};
extern void *cpyembed_outcome_object(void);
extern double cpyembed_outcome_number(void);
extern long cpyembed_outcome_integer(void);
extern long cpyembed_outcome_status(void);
extern long cpyembed_direct_call(void *callable, long releases, long shape, void *names,
                                 long a, long b, long c);
extern double cpyembed_direct_call_float(void *callable, long releases, double x);
extern long cpyembed_direct_getattr(void *object, long releases, void *name);
extern long cpyembed_direct_getitem(void *object, long releases, long kind, long bits);
extern long cpyembed_direct_next(void *iterator, long releases);
extern long cpyembed_list_read(void *list, long index, void *slot);
extern long cpyembed_list_next(void *list, long index, void *slot);

/* containers.c */
extern void *cpyembed_list_of_longs(long *values, long count);
extern void *cpyembed_list_of_doubles(double *values, long count);
extern long cpyembed_same_items(void *a, void *b);
extern void *cpyembed_pairs(void *mapping);

/* errors.c */
extern void *cpyembed_fetch_error(void);
extern void cpyembed_restore_error(void *exception);
extern void *cpyembed_origin_of(void *exception);
extern void cpyembed_set_runtime_error(const char *text);
extern void cpyembed_set_recursion_error(void);

/* traceback.c */
extern void *cpyembed_traceback_of(void *exception);
extern void cpyembed_set_traceback(void *exception, void *traceback);
extern long cpyembed_traceback_entry(void *traceback, long *lineno, void *filename,
                                     void *function);
extern void *cpyembed_traceback_next(void *traceback);
extern void cpyembed_add_image(const char *function, const char *filename, long lineno);

/* export.c: what an export asks of PyPy.  The numbers are export.py's too. */
enum cpyembed_object_op {
    CPYEMBED_OP_GETATTR, CPYEMBED_OP_GETITEM, CPYEMBED_OP_REPR, CPYEMBED_OP_STR,
    CPYEMBED_OP_ITER, CPYEMBED_OP_NEXT,
    CPYEMBED_OP_LT, CPYEMBED_OP_LE, CPYEMBED_OP_EQ, CPYEMBED_OP_NE, CPYEMBED_OP_GT,
    CPYEMBED_OP_GE
};
enum cpyembed_number_op {
    CPYEMBED_OP_HASH, CPYEMBED_OP_LEN, CPYEMBED_OP_BOOL, CPYEMBED_OP_CONTAINS,
    CPYEMBED_OP_SETATTR, CPYEMBED_OP_DELATTR, CPYEMBED_OP_SETITEM, CPYEMBED_OP_DELITEM
};
enum cpyembed_protocol {
    CPYEMBED_CALLABLE = 1, CPYEMBED_ITERABLE = 2, CPYEMBED_ITERATOR = 4, CPYEMBED_SIZED = 8,
    CPYEMBED_SUBSCRIPTABLE = 16, CPYEMBED_ITEM_ASSIGNMENT = 32, CPYEMBED_CONTAINER = 64,
    CPYEMBED_HASHABLE = 128, CPYEMBED_BUFFER = 256, CPYEMBED_TRUTH = 512,
    CPYEMBED_BINDING = 1024, CPYEMBED_CLASS = 2048, CPYEMBED_DICT = 4096
};
extern void cpyembed_set_export_functions(void *call, void *object_op, void *number_op,
                                          void *method);
extern void *cpyembed_export_type(const char *name, long protocols);
extern void *cpyembed_new_export(void *type, long handle);
extern long cpyembed_export_handle(void *object);

/* special.c: the special methods that have no slot in export.c */
extern void *(*cpyembed_method_in_pypy)(long handle, long method, void **args, long nargs,
                                        void *kwnames);
extern const char *cpyembed_special_name(long method);
extern long cpyembed_export_add_special(void *type, long method);
extern long cpyembed_export_refuse(void *type, const char *name);

/* memory.c */
extern void cpyembed_set_memory_functions(void *lend, void *give_back);
extern int cpyembed_get_memory(void *self, void *buffer, int flags);
extern void cpyembed_release_memory(void *self, void *buffer);
extern long cpyembed_has_buffer(void *object);

/* ndarray.c */
extern long cpyembed_numpy_load(void);
extern void cpyembed_numpy_memory(void **api);
extern void *cpyembed_numpy_array(long typenum, long swapped, long nd, long *shape,
                                  long *strides, void *data, long writable, void *base);
extern void *cpyembed_numpy_scalar(long typenum, void *data);
extern long cpyembed_scalar_typenum(void *object);
extern void cpyembed_scalar_value(void *object, void *data);
extern long cpyembed_ndarray_head(void *object, void *data, long *typenum, long *swapped,
                                  long *readonly, long *nd, long *shape, long *strides);
extern long cpyembed_ndarray_itemsize(void *object);
extern void *cpyembed_numpy_array_like(void *original, long nd, long *shape, long *strides,
                                       void *data, long writable, void *base);
extern void *cpyembed_ndarray_if_same(void *object, long typenum, long swapped, long nd,
                                      long *shape, long *strides, void *data, long writable);
extern long cpyembed_owned_bytes(void *array);
extern void *cpyembed_buffer_of(void *object);
extern long cpyembed_buffer_shape(void *memoryview, void *data, long *itemsize, long *nd,
                                  long *readonly, void *format, long *shape, long *strides);

/* loops.c */
extern long cpyembed_ufunc_arity(void *object);
extern long cpyembed_ufunc_loop(void *object, long typenum, long *found);
extern long cpyembed_loop_elements(void *function, void *data, long unary, void *first,
                                   long first_step, void *second, long second_step, void *out,
                                   long out_step, long number, long count);
extern long cpyembed_loop_reduce(void *function, void *data, void *first, long step,
                                 void *total, long count);
extern long cpyembed_loop_pair(void *function, void *data, void *first, void *second, long step,
                               void *result, long count);

#if defined(RPY_EXTERN) && !defined(__PYPY_PRECOMMONDEFS_H)
#pragma GCC visibility pop
#endif

#endif
