// node-calls-python: CPython in Node. Takes the words of worker.py and prints its lines.
// NODE_PATH leads to the module, BENCH_PYTHON to the CPython.
"use strict";
const path = require("path");
const {interpreter} = require("node-calls-python");

const folder = path.dirname(__dirname);
const [seconds, warm, cap] = process.argv.slice(2, 5).map(Number);
const now = () => Number(process.hrtime.bigint()) * 1e-9;
const show = (...words) => require("fs").writeSync(1, words.join("\t") + "\n");
const TURNS = 4;
let peer, work;

// As timed() of worker.py. False when a point ten times as large would take too long.
function time(label, run, sized) {
    const begin = now();
    let check = run(1), elapsed = now() - begin, number;
    if (elapsed > Math.max(seconds, warm)) {
        const again = now();
        run(1);
        number = Math.min(elapsed, now() - again);
    } else {
        check = run(3);
        const started = now();
        let turns = 1;
        for (;;) {
            const start = now();
            run(turns);
            elapsed = now() - start;
            if (elapsed >= seconds / 4 && now() - started >= warm)
                break;
            if (elapsed < seconds / 4)
                turns = Math.max(2 * turns, Math.min(100 * turns,
                    Math.floor(turns * seconds / 3 / Math.max(elapsed, 1e-9))));
        }
        turns = Math.max(1, Math.floor(turns * seconds / elapsed));
        const start = now();
        run(turns);
        number = (now() - start) / turns;
    }
    show(work, label, (number * 1e9).toFixed(4), Number(check));
    if (sized && label > 0 && TURNS * number * 10 > cap) {
        show(work, "above " + label, "!", `would take more than ${cap} s`);
        return false;
    }
    return true;
}

const each = turn => turns => {
    let result = 0;
    for (let i = 0; i < turns; i++)
        result = turn();
    return result;
};
const call = (name, ...words) => interpreter.callSync(peer, name, ...words);

function made(kind, size) {
    if (kind === "str")
        return "x".repeat(size);
    const numbers = Array.from({length: size}, (_, i) => i);
    return kind === "list" ? numbers : Object.fromEntries(numbers.map(i => ["k" + i, i]));
}

const sizeOf = value => typeof value === "string" || Array.isArray(value) ? value.length
    : Object.keys(value).length;
const SIZES = [10, 100, 1000, 10000, 100000, 1000000];

function to(kind) {
    for (const size of SIZES) {
        const value = made(kind, size);
        if (!time(size, each(() => call("length", value)), true))
            return;
    }
}

function from(kind) {
    for (const size of SIZES) {
        call("keep", kind, size);
        if (!time(size, each(() => sizeOf(call("give"))), true))
            return;
    }
}

function nested(levels) {
    let value = [];
    for (let i = 0; i < levels; i++)
        value = [value];
    return value;
}

const works = {
    arguments() {
        for (const count of [0, 1, 2, 4, 8])
            time(count, turns => {
                const words = new Array(count);
                for (let i = 0; i < turns; i++)
                    call("nothing", ...words.fill(i));
                return 0;
            });
    },
    kinds() {
        for (const [label, value] of [
            ["None", null], ["bool", true], ["int", 12], ["float", 1.5],
            ["str of 10", "abcdefghij"], ["bytes of 10", Buffer.from("abcdefghij")],
            ["list of 3", [1, 2, 3]], ["dict of 3", {a: 1, b: 2, c: 3}],
            ["CPython's object", interpreter.createSync(peer, "new")], ["own function", () => 0]])
            time(label, each(() => {
                call("nothing", value);
                return 0;
            }));
    },
    "array-to"() {
        for (const length of [0, 10, 1000, 100000, 1000000, 10000000, 125000000]) {
            const array = new Float64Array(length);
            if (!time(8 * length, each(() => call("doubles", array)), true))
                return;
        }
    },
    "array-from"() {
        for (const length of [0, 10, 1000, 100000, 1000000, 10000000, 125000000]) {
            call("keep", "array", length);
            if (!time(8 * length, each(() => call("give").length), true))
                return;
        }
    },
    callbacks() {
        time("one float", turns => call("call", x => x * x - 0.3 * x, turns));
        time("eight floats", turns => call("call_many", (a, b, c, d, e, f, g, h) => a + h, turns));
    },
    exceptions() {
        time("raised there, caught here", each(() => {
            try {
                call("fails");
            } catch (expected) {
                return 1;
            }
            return 0;
        }));
    },
    references() {
        const live = [];
        for (let count = 1; count <= 10000000; count *= 10) {
            const start = now();
            while (live.length < count)
                live.push(interpreter.createSync(peer, "new"));
            const took = now() - start;
            if (!time(count, each(() => interpreter.createSync(peer, "new") ? 0 : 1), true))
                return;
            if (took * 10 > cap) {
                show(work, "above " + count, "!", `would take more than ${cap} s`);
                return;
            }
        }
    },
    "nesting-to"() {
        for (const levels of [1, 10, 100, 500]) {
            const value = nested(levels);
            time(levels, each(() => call("depth", value)));
        }
    },
    "nesting-from"() {
        for (const levels of [1, 10, 100, 500]) {
            call("keep", "nested", levels);
            time(levels, each(() => call("give").length));
        }
    },
    "import-numpy"() {
        interpreter.execSync(peer, "import numpy");
    },
};
for (const kind of ["str", "list", "dict"]) {
    works[kind + "-to"] = () => to(kind);
    works[kind + "-from"] = () => from(kind);
}

if (process.env.BENCH_PYTHON)
    interpreter.setPythonExecutable(process.env.BENCH_PYTHON);
interpreter.addImportPath(folder);
if (process.env.BENCH_PACKAGES)
    interpreter.addImportPath(process.env.BENCH_PACKAGES);
peer = interpreter.importSync(path.join(folder, "peer.py"));
for (work of process.argv.slice(5)) {
    try {
        works[work]();
    } catch (problem) {
        show(work, "-", "!", String(problem).replace(/\s+/g, " "));
    }
    show(work, "done");
}
process.exit(0);
