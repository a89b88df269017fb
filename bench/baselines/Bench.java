/* jep: CPython in Java.  Takes the words of worker.py, after the folder of
   peer.py, and prints its lines. */
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import jep.DirectNDArray;
import jep.Interpreter;
import jep.JepException;
import jep.NDArray;
import jep.SharedInterpreter;
import jep.python.PyCallable;
import jep.python.PyObject;

public class Bench {
    /** One thing to time: so many turns of it; what came out of the last. */
    interface Run {
        double of(long turns) throws Exception;
    }

    /** One turn. */
    interface Turn {
        double of() throws Exception;
    }

    /** What CPython calls back: jep finds the one method. */
    public interface Callback {
        double call(double x);
    }

    public interface CallbackOfEight {
        double call(double a, double b, double c, double d, double e, double f, double g, double h);
    }

    public interface Failing {
        void call();
    }

    static final int TURNS = 4;
    static double seconds, warm, cap;
    static Interpreter python;
    static String folder, work;

    static double now() {
        return System.nanoTime() * 1e-9;
    }

    static void line(String label, String number, String check) {
        System.out.println(work + "\t" + label + "\t" + number + "\t" + check);
        System.out.flush();
    }

    /** As timed() of worker.py. False when a point ten times as large would take too long. */
    static boolean time(Object label, Run run) throws Exception {
        double begin = now(), number, check = run.of(1), elapsed = now() - begin;
        if (elapsed > Math.max(seconds, warm)) {
            begin = now();
            check = run.of(1);
            number = Math.min(elapsed, now() - begin);
        } else {
            long turns = 1;
            double started = now();
            check = run.of(3);
            while (true) {
                double start = now();
                run.of(turns);
                elapsed = now() - start;
                if (elapsed >= seconds / 4 && now() - started >= warm)
                    break;
                if (elapsed < seconds / 4)
                    turns = Math.max(2 * turns, Math.min(100 * turns,
                        (long) (turns * seconds / 3 / Math.max(elapsed, 1e-9))));
            }
            turns = Math.max(1, (long) (turns * seconds / elapsed));
            double start = now();
            run.of(turns);
            number = (now() - start) / turns;
        }
        line(label.toString(), String.format("%.4f", number * 1e9), Double.toString(check));
        if (label instanceof Integer && (Integer) label > 0 && TURNS * number * 10 > cap) {
            line("above " + label, "!", "would take more than " + cap + " s");
            return false;
        }
        return true;
    }

    static Run each(Turn turn) {
        return turns -> {
            double result = 0;
            for (long i = 0; i < turns; i++)
                result = turn.of();
            return result;
        };
    }

    static PyCallable peer(String name) throws JepException {
        return python.getValue("peer." + name, PyCallable.class);
    }

    static void arguments() throws Exception {
        PyCallable nothing = peer("nothing");
        for (int count : new int[] {0, 1, 2, 4, 8}) {
            time(Integer.toString(count), turns -> {
                Object[] words = new Object[count];
                for (long i = 0; i < turns; i++) {
                    for (int j = 0; j < count; j++)
                        words[j] = i;
                    nothing.call(words);
                }
                return 0;
            });
        }
    }

    static void kinds() throws Exception {
        PyCallable nothing = peer("nothing");
        Map<String, Object> values = new java.util.LinkedHashMap<>();
        values.put("None", null);
        values.put("bool", true);
        values.put("int", 12);
        values.put("float", 1.5);
        values.put("str of 10", "abcdefghij");
        values.put("list of 3", List.of(1, 2, 3));
        values.put("dict of 3", Map.of("a", 1, "b", 2, "c", 3));
        values.put("CPython's object", peer("new").callAs(PyObject.class));
        values.put("own object", new Bench());
        values.put("own function", (Runnable) () -> { });
        for (Map.Entry<String, Object> entry : values.entrySet()) {
            Object value = entry.getValue();
            time(entry.getKey(), each(() -> {
                nothing.call(new Object[] {value});
                return 0;
            }));
        }
    }

    static Object made(String kind, int size) {
        if (kind.equals("str"))
            return "x".repeat(size);
        if (kind.equals("list")) {
            List<Object> list = new ArrayList<>();
            for (int i = 0; i < size; i++)
                list.add(i);
            return list;
        }
        Map<Object, Object> map = new HashMap<>();
        for (int i = 0; i < size; i++)
            map.put(Integer.toString(i), i);
        return map;
    }

    static double sizeOf(Object value) {
        if (value instanceof String)
            return ((String) value).length();
        return value instanceof List ? ((List<?>) value).size() : ((Map<?, ?>) value).size();
    }

    static final int[] SIZES = {10, 100, 1000, 10000, 100000, 1000000};

    static void to(String kind) throws Exception {
        PyCallable length = peer("length");
        for (int size : SIZES) {
            Object value = made(kind, size);
            if (!time(size, each(() -> ((Number) length.call(value)).doubleValue())))
                return;
        }
    }

    static void from(String kind) throws Exception {
        PyCallable keep = peer("keep"), give = peer("give");
        for (int size : SIZES) {
            keep.call(kind, size);
            if (!time(size, each(() -> sizeOf(give.call()))))
                return;
        }
    }

    static final int[] DOUBLES = {0, 10, 1000, 100000, 1000000, 10000000, 125000000};

    static void arrayTo() throws Exception {
        PyCallable doubles = peer("doubles");
        for (int length : DOUBLES) {
            DoubleBuffer buffer = ByteBuffer.allocateDirect(8 * length)
                .order(ByteOrder.nativeOrder()).asDoubleBuffer();
            if (!time(8 * length, each(() -> ((Number) doubles.call(
                    new DirectNDArray<DoubleBuffer>(buffer))).doubleValue())))
                return;
        }
    }

    static void arrayFrom() throws Exception {
        PyCallable keep = peer("keep"), give = peer("give");
        for (int length : DOUBLES) {
            keep.call("array", length);
            if (!time(8 * length, each(() -> ((double[]) give.callAs(NDArray.class).getData()).length)))
                return;
        }
    }

    static void callbacks() throws Exception {
        PyCallable call = peer("call"), many = peer("call_many");
        Callback one = x -> x * x - 0.3 * x;
        CallbackOfEight eight = (a, b, c, d, e, f, g, h) -> a + h;
        time("one float", turns -> ((Number) call.call(one, turns)).doubleValue());
        time("eight floats", turns -> ((Number) many.call(eight, turns)).doubleValue());
    }

    static void exceptions() throws Exception {
        PyCallable fails = peer("fails"), catches = peer("catches"), call = peer("call");
        time("raised there, caught here", each(() -> {
            try {
                fails.call();
            } catch (JepException expected) {
                return 1;
            }
            return 0;
        }));
        Failing raising = () -> {
            throw new IllegalStateException("no");
        };
        time("raised here, caught there",
             turns -> ((Number) catches.call(raising, turns)).longValue() == turns ? 1 : 0);
        Callback through = x -> {
            throw new IllegalStateException("no");
        };
        time("raised here, through there, caught here", each(() -> {
            try {
                call.call(through, 1);
            } catch (JepException expected) {
                return 1;
            }
            return 0;
        }));
    }

    static void threads(String name, int calls) throws Exception {
        ThreadLocal<PyCallable> mine = ThreadLocal.withInitial(() -> {
            try {       // an interpreter belongs to its thread
                return started().getValue("peer." + name, PyCallable.class);
            } catch (JepException problem) {
                throw new IllegalStateException(problem);
            }
        });
        for (int count : new int[] {1, 2, 4, 8}) {
            ExecutorService threads = Executors.newFixedThreadPool(count, task -> {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                return thread;
            });
            time(Integer.toString(count), turns -> {
                long share = Math.max(1, turns * calls / count);
                Callable<Integer> some = () -> {
                    for (long j = 0; j < share; j++)
                        mine.get().call();
                    return 0;
                };
                for (Future<Integer> each : threads.invokeAll(Collections.nCopies(count, some)))
                    each.get();
                return 0;
            });
        }
    }

    static void references() throws Exception {
        PyCallable make = peer("new");
        List<PyObject> live = new ArrayList<>();
        for (int count = 1; count <= 10000000; count *= 10) {
            double start = now();
            while (live.size() < count)
                live.add(make.callAs(PyObject.class));
            double took = now() - start;
            boolean further = time(count, each(() -> {
                make.callAs(PyObject.class).close();
                return 0;
            }));
            if (!further)
                return;
            if (took * 10 > cap) {
                line("above " + count, "!", "would take more than " + cap + " s");
                return;
            }
        }
    }

    static void nestingTo() throws Exception {
        PyCallable depth = peer("depth");
        for (int levels : new int[] {1, 10, 100, 500}) {
            List<Object> value = new ArrayList<>();
            for (int i = 0; i < levels; i++) {
                List<Object> outer = new ArrayList<>();
                outer.add(value);
                value = outer;
            }
            final Object nested = value;
            time(Integer.toString(levels), each(() -> ((Number) depth.call(nested)).doubleValue()));
        }
    }

    static void nestingFrom() throws Exception {
        PyCallable keep = peer("keep"), give = peer("give");
        for (int levels : new int[] {1, 10, 100, 500}) {
            keep.call("nested", levels);
            time(Integer.toString(levels), each(() -> ((List<?>) give.call()).size()));
        }
    }

    static void all(String name) throws Exception {
        switch (name) {
            case "arguments": arguments(); break;
            case "kinds": kinds(); break;
            case "str-to": case "list-to": case "dict-to":
                to(name.split("-")[0]); break;
            case "str-from": case "list-from": case "dict-from":
                from(name.split("-")[0]); break;
            case "array-to": arrayTo(); break;
            case "array-from": arrayFrom(); break;
            case "callbacks": callbacks(); break;
            case "exceptions": exceptions(); break;
            case "threads-call": threads("nothing", 1000); break;
            case "threads-hash": threads("hashed", 100); break;
            case "references": references(); break;
            case "nesting-to": nestingTo(); break;
            case "nesting-from": nestingFrom(); break;
            case "import-numpy": python.exec("import numpy"); break;
            default: throw new IllegalArgumentException("there is no such work");
        }
    }

    static Interpreter started() throws JepException {
        Interpreter interpreter = new SharedInterpreter();
        interpreter.exec("import sys");
        interpreter.exec("'" + folder + "' in sys.path or sys.path.append('" + folder + "')");
        interpreter.exec("import peer");
        return interpreter;
    }

    public static void main(String[] words) throws Exception {
        folder = words[0];
        if (words.length == 1)      // Java alone
            return;
        seconds = Double.parseDouble(words[1]);
        warm = Double.parseDouble(words[2]);
        cap = Double.parseDouble(words[3]);
        python = started();
        for (int i = 4; i < words.length; i++) {
            work = words[i];
            try {
                all(work);
            } catch (Exception problem) {
                line("-", "!", problem.toString().replaceAll("\\s+", " "));
            }
            System.out.println(work + "\tdone");
        }
        python.close();
    }
}
