# reticulate: CPython in R. Takes the words of worker.py, after the folder of peer.py and the path of
# the CPython, and prints its lines.
suppressMessages(library(reticulate))

words <- commandArgs(trailingOnly = TRUE)
folder <- words[1]
use_python(words[2], required = TRUE)
limits <- as.numeric(words[3:5])
seconds <- limits[1]
warm <- limits[2]
cap <- limits[3]
peer <- import_from_path("peer", path = folder)
raw <- import_from_path("peer", path = folder, convert = FALSE)
for (name in c("nothing", "length", "keep", "give", "doubles", "call", "call_many", "fails",
               "catches", "depth"))
    assign(paste0("peer_", name), peer[[name]])
make_new <- raw$new
TURNS <- 4
work <- ""

now <- function() as.numeric(Sys.time())
show <- function(...) {
    cat(paste(..., sep = "\t"), "\n", sep = "")
    flush(stdout())
}
plain <- function(x) format(x, scientific = FALSE, trim = TRUE)

# As timed() of worker.py. FALSE when a point ten times as large would take too long.
timed <- function(label, run, sized = FALSE) {
    begin <- now()
    check <- run(1)
    elapsed <- now() - begin
    if (elapsed > max(seconds, warm)) {
        again <- now()
        run(1)
        number <- min(elapsed, now() - again)
    } else {
        check <- run(3)
        started <- now()
        turns <- 1
        repeat {
            start <- now()
            run(turns)
            elapsed <- now() - start
            if (elapsed >= seconds / 4 && now() - started >= warm) break
            if (elapsed < seconds / 4)
                turns <- max(2 * turns, min(100 * turns,
                                            floor(turns * seconds / 3 / max(elapsed, 1e-9))))
        }
        turns <- max(1, floor(turns * seconds / elapsed))
        start <- now()
        run(turns)
        number <- (now() - start) / turns
    }
    show(work, if (sized) plain(label) else label, sprintf("%.4f", number * 1e9),
         format(as.numeric(check), digits = 15, scientific = FALSE))
    if (sized && label > 0 && TURNS * number * 10 > cap) {
        show(work, paste("above", plain(label)), "!", paste("would take more than", cap, "s"))
        return(FALSE)
    }
    TRUE
}

each <- function(turn) function(turns) {
    result <- 0
    for (i in seq_len(turns)) result <- turn()
    result
}

sizes <- c(10, 100, 1000, 10000, 100000, 1000000)

made <- function(kind, size) {
    if (kind == "str") return(strrep("x", size))
    if (kind == "list") return(seq_len(size))       # a vector of integers arrives as a list
    values <- as.list(seq_len(size))
    names(values) <- paste0("k", seq_len(size))
    values
}

to <- function(kind) {
    for (size in sizes) {
        value <- made(kind, size)
        if (!timed(size, each(function() peer_length(value)), TRUE)) return()
    }
}

from <- function(kind) {
    for (size in sizes) {
        peer_keep(kind, size)
        measure <- if (kind == "str") nchar else length
        if (!timed(size, each(function() measure(peer_give())), TRUE)) return()
    }
}

doubles <- c(0, 10, 1000, 100000, 1000000, 10000000, 125000000)

works <- list(
    "arguments" = function() {
        timed("0", each(function() { peer_nothing(); 0 }))
        timed("1", each(function() { peer_nothing(7L); 0 }))
        timed("2", each(function() { peer_nothing(7L, 7L); 0 }))
        timed("4", each(function() { peer_nothing(7L, 7L, 7L, 7L); 0 }))
        timed("8", each(function() { peer_nothing(7L, 7L, 7L, 7L, 7L, 7L, 7L, 7L); 0 }))
    },
    "kinds" = function() {
        values <- list("None" = NULL, "bool" = TRUE, "int" = 12L, "float" = 1.5,
                       "complex" = 1.5i, "str of 10" = "abcdefghij",
                       "bytes of 10" = as.raw(1:10), "tuple of 3" = tuple(1L, 2L, 3L),
                       "list of 3" = list(1L, 2L, 3L), "dict of 3" = list(a = 1L, b = 2L, c = 3L),
                       "CPython's object" = make_new(), "own function" = function() NULL)
        for (label in names(values)) {
            value <- values[[label]]
            timed(label, each(function() { peer_nothing(value); 0 }))
        }
    },
    "array-to" = function() {
        for (n in doubles) {
            value <- array(0, dim = n)
            if (!timed(8 * n, each(function() peer_doubles(value)), TRUE)) return()
        }
    },
    "array-from" = function() {
        for (n in doubles) {
            peer_keep("array", n)
            if (!timed(8 * n, each(function() length(peer_give())), TRUE)) return()
        }
    },
    "callbacks" = function() {
        timed("one float", function(turns) peer_call(function(x) x * x - 0.3 * x, turns))
        timed("eight floats", function(turns)
            peer_call_many(function(a, b, c, d, e, f, g, h) a + h, turns))
    },
    "exceptions" = function() {
        timed("raised there, caught here", each(function()
            tryCatch({ peer_fails(); 0 }, error = function(e) 1)))
        raising <- function(...) stop("no")
        timed("raised here, caught there", function(turns)
            as.numeric(peer_catches(raising, turns) == turns))
        timed("raised here, through there, caught here", each(function()
            tryCatch({ peer_call(raising, 1); 0 }, error = function(e) 1)))
    },
    "references" = function() {
        live <- new.env()
        have <- 0
        for (count in 10 ^ (0:7)) {
            start <- now()
            while (have < count) {
                have <- have + 1
                assign(paste0("n", have), make_new(), envir = live)
            }
            took <- now() - start
            if (!timed(count, each(function() { make_new(); 0 }), TRUE)) return()
            if (took * 10 > cap) {
                show(work, paste("above", plain(count)), "!",
                     paste("would take more than", cap, "s"))
                return()
            }
        }
    },
    "nesting-to" = function() {
        for (levels in c(1, 10, 100, 500)) {
            value <- list()
            for (i in seq_len(levels)) value <- list(value)
            timed(plain(levels), each(function() peer_depth(value)))
        }
    },
    "nesting-from" = function() {
        for (levels in c(1, 10, 100, 500)) {
            peer_keep("nested", levels)
            timed(plain(levels), each(function() length(peer_give())))
        }
    },
    "import-numpy" = function() import("numpy")
)
for (kind in c("str", "list", "dict")) local({
    this <- kind
    works[[paste0(this, "-to")]] <<- function() to(this)
    works[[paste0(this, "-from")]] <<- function() from(this)
})

for (name in words[-(1:5)]) {
    work <- name
    tryCatch(works[[name]](), error = function(problem)
        show(work, "-", "!", gsub("[ \n\t]+", " ", conditionMessage(problem))))
    show(work, "done")
}
