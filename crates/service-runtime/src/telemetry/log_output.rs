//! Standard output for the log: lines wait a moment for each other and are written together.
//!
//! A write for every line would take more time than the line itself. What is at stake is written down here:
//!
//! * Nothing is dropped. When more waits than [`MOST_BYTES`], whoever logs next writes it, and waits for that.
//! * A warning or an error is written at once, with everything before it: a process that dies of it has told so.
//! * Other lines wait for [`PATIENCE`] at most; only these are lost when the process is killed.
//! * [`LogOutput::close`] writes what waits, and from then on every line at once.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing::{Level, Metadata};
use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits for others.
const PATIENCE: Duration = Duration::from_millis(10);
/// Bytes that wait at most.
const MOST_BYTES: usize = 64 * 1_024;

/// Collects lines and writes them; clones write to the same place.
pub(super) struct LogOutput<W: Write = io::Stdout>(Arc<Shared<W>>);

struct Shared<W> {
    waiting: Mutex<Waiting>,
    some_wait: Condvar,
    output: Mutex<Output<W>>,
}

#[derive(Default)]
struct Waiting {
    lines: Vec<u8>,
    is_closed: bool,
}

struct Output<W> {
    writer: W,
    /// Room that is swapped with the lines that wait, so that nobody waits for a write who only adds a line.
    lines: Vec<u8>,
}

impl LogOutput {
    /// Opens standard output and starts the thread that writes.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub(super) fn start() -> io::Result<Self> {
        let output = Self::to(io::stdout());
        let writing = output.clone();
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || writing.0.write_until_closed())?;
        Ok(output)
    }
}

impl<W: Write> LogOutput<W> {
    fn to(writer: W) -> Self {
        Self(Arc::new(Shared {
            waiting: Mutex::default(),
            some_wait: Condvar::new(),
            output: Mutex::new(Output {
                writer,
                lines: Vec::new(),
            }),
        }))
    }

    /// Writes what waits, and from now on every line at once.
    pub(super) fn close(&self) {
        self.0.waiting().is_closed = true;
        self.0.some_wait.notify_all();
        // A log that cannot be written has nowhere to be reported.
        drop(self.0.write_out());
    }
}

impl<W: Write> Shared<W> {
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line; `at_once` writes it before this returns.
    fn add(&self, line: &[u8], at_once: bool) -> io::Result<()> {
        let mut waiting = self.waiting();
        let is_first = waiting.lines.is_empty();
        waiting.lines.extend_from_slice(line);
        let write = at_once || waiting.is_closed || waiting.lines.len() > MOST_BYTES;
        drop(waiting);
        if write {
            return self.write_out();
        }
        if is_first {
            self.some_wait.notify_one();
        }
        Ok(())
    }

    /// Writes what waits. Lines are taken while the output is held, so that they keep their order.
    fn write_out(&self) -> io::Result<()> {
        let mut output = self.output.lock().unwrap_or_else(PoisonError::into_inner);
        let Output { writer, lines } = &mut *output;
        std::mem::swap(&mut self.waiting().lines, lines);
        let written = writer.write_all(lines).and_then(|()| writer.flush());
        lines.clear();
        written
    }

    fn write_until_closed(&self) {
        loop {
            let waiting = self
                .some_wait
                .wait_while(self.waiting(), |it| it.lines.is_empty() && !it.is_closed)
                .unwrap_or_else(PoisonError::into_inner);
            if waiting.is_closed {
                return;
            }
            drop(waiting);
            thread::sleep(PATIENCE);
            // A log that cannot be written has nowhere to be reported.
            drop(self.write_out());
        }
    }
}

impl<W: Write> Clone for LogOutput<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W: Write> std::fmt::Debug for LogOutput<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LogOutput").finish_non_exhaustive()
    }
}

/// Takes the line of one event.
pub(super) struct Line<'output, W: Write> {
    output: &'output Shared<W>,
    at_once: bool,
}

impl<W: Write> Write for Line<'_, W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.output.add(line, self.at_once).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.write_out()
    }
}

impl<'writer, W: Write + 'writer> MakeWriter<'writer> for LogOutput<W> {
    type Writer = Line<'writer, W>;

    fn make_writer(&'writer self) -> Self::Writer {
        Line {
            output: &self.0,
            at_once: true,
        }
    }

    fn make_writer_for(&'writer self, metadata: &Metadata<'_>) -> Self::Writer {
        Line {
            output: &self.0,
            at_once: *metadata.level() <= Level::WARN,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    /// Tells of every write.
    struct Writes(Sender<String>);

    impl Write for Writes {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let text = String::from_utf8(bytes.to_vec()).unwrap();
            self.0.send(text).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_wait_for_each_other_until_one_is_pressing() {
        let (sender, written) = channel();
        let output = LogOutput::to(Writes(sender));

        output.0.add(b"a\n", false).unwrap();
        output.0.add(b"b\n", false).unwrap();
        assert!(written.try_recv().is_err());
        output.0.add(b"c\n", true).unwrap();

        assert_eq!(written.try_recv().unwrap(), "a\nb\nc\n");
    }

    #[test]
    fn the_thread_writes_what_waits_without_being_asked() {
        let (sender, written) = channel();
        let output = LogOutput::to(Writes(sender));
        let writing = output.clone();
        let thread = thread::spawn(move || writing.0.write_until_closed());

        output.0.add(b"a\n", false).unwrap();

        assert_eq!(written.recv().unwrap(), "a\n");
        output.close();
        thread.join().unwrap();
    }

    #[test]
    fn nothing_is_lost_at_the_end_or_after_it() {
        let (sender, written) = channel();
        let output = LogOutput::to(Writes(sender));

        output.0.add(b"a\n", false).unwrap();
        output.close();
        output.0.add(b"b\n", false).unwrap();

        assert_eq!(written.try_iter().collect::<String>(), "a\nb\n");
    }

    #[test]
    fn what_waits_is_bounded() {
        let (sender, written) = channel();
        let output = LogOutput::to(Writes(sender));
        let line = [b'x'; 1_024];

        for _ in 0..=64 {
            output.0.add(&line, false).unwrap();
        }

        assert_eq!(written.try_recv().unwrap().len(), 65 * 1_024);
    }
}
