//! Blocks from the slicer through the workers to the committer.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

use super::report::BlockReport;
use super::worker::Task;
use super::{Collector, Committer, Engine, Report, RunError};
use crate::cut::{Block, Slicer};

/// A block on its way, with room for what becomes of it. Slots go round, so that memory is bounded and used again.
struct Slot<P> {
    number: u64,
    block: Block,
    report: BlockReport,
    part: P,
}

impl<P: Default> Slot<P> {
    fn new() -> Self {
        Self {
            number: 0,
            block: Block::default(),
            report: BlockReport::default(),
            part: P::default(),
        }
    }
}

/// So many blocks are on their way for each job.
const SLOTS_PER_JOB: usize = 2;

fn work<C: Collector>(engine: &Engine<'_>, collector: &C, slot: &mut Slot<C::Part>) {
    let task = Task {
        format: engine.format,
        enveloped: engine.enveloped,
        context: engine.context,
        filter: engine.filter,
        max_record: engine.options.max_record,
    };
    slot.report.clear();
    let part = &mut slot.part;
    engine
        .parser
        .map_block(&slot.block, task, &mut slot.report, &mut |event, record| {
            collector.event_of_record(part, event, record);
        });
}

fn commit<P>(
    engine: &Engine<'_>,
    slot: &mut Slot<P>,
    committer: &mut dyn Committer<P>,
    report: &mut Report,
) -> Result<(), RunError> {
    let (records, lines) = (report.counts.read, report.lines);
    report.merge_block(&slot.report, engine.parser.manifest().id);
    committer.block_after(records);
    committer.commit(&mut slot.part).map_err(RunError::Commit)?;
    for reject in slot.report.rejects.with_bytes(&slot.block, records, lines) {
        committer.reject(reject).map_err(RunError::Commit)?;
    }
    // One long record must not hold its memory for the rest of the run.
    let size = engine.options.block_size;
    if slot.block.bytes.capacity() / 4 > size {
        slot.block.bytes = Vec::with_capacity(size);
    }
    Ok(())
}

/// One block after the other, on the caller's thread.
pub(super) fn in_order<C: Collector>(
    engine: &Engine<'_>,
    mut slicer: Slicer<impl Read>,
    collector: &C,
    committer: &mut dyn Committer<C::Part>,
    report: &mut Report,
) -> Result<(), RunError> {
    let mut slot = Slot::new();
    while let Some(block) = slicer
        .next_block(std::mem::take(&mut slot.block))
        .map_err(RunError::Read)?
    {
        slot.block = block;
        work(engine, collector, &mut slot);
        commit(engine, &mut slot, committer, report)?;
    }
    Ok(())
}

/// Blocks cut on one thread, mapped on several, committed in order on the caller's.
pub(super) fn in_parallel<C: Collector>(
    engine: &Engine<'_>,
    slicer: Slicer<impl Read + Send>,
    collector: &C,
    committer: &mut dyn Committer<C::Part>,
    report: &mut Report,
) -> Result<(), RunError> {
    let jobs = engine.options.jobs.get();
    let (free, free_slots) = mpsc::channel();
    let (cut, cut_slots) = mpsc::channel();
    let (done, done_slots) = mpsc::channel();
    for _ in 0..jobs * SLOTS_PER_JOB {
        // The receiver stands in this function.
        let _ = free.send(Slot::new());
    }
    let cut_slots = Mutex::new(cut_slots);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || read(slicer, &free_slots, cut));
        for _ in 0..jobs {
            let (done, cut_slots) = (done.clone(), &cut_slots);
            scope.spawn(move || {
                while let Some(mut slot) = next(cut_slots) {
                    work(engine, collector, &mut slot);
                    if done.send(slot).is_err() {
                        break;
                    }
                }
            });
        }
        drop(done);
        let committed = commit_in_order(engine, &done_slots, free, committer, report);
        // Without a receiver the workers stop, and without free slots the reader does.
        drop(done_slots);
        let read = reader.join().unwrap_or(Ok(()));
        committed.and(read.map_err(RunError::Read))
    })
}

fn read<P>(
    mut slicer: Slicer<impl Read>,
    free: &Receiver<Slot<P>>,
    cut: Sender<Slot<P>>,
) -> std::io::Result<()> {
    let mut number = 0;
    while let Ok(mut slot) = free.recv() {
        let Some(block) = slicer.next_block(std::mem::take(&mut slot.block))? else {
            break;
        };
        (slot.block, slot.number) = (block, number);
        number += 1;
        if cut.send(slot).is_err() {
            break;
        }
    }
    drop(cut);
    Ok(())
}

fn next<P>(slots: &Mutex<Receiver<Slot<P>>>) -> Option<Slot<P>> {
    slots.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn commit_in_order<P>(
    engine: &Engine<'_>,
    done: &Receiver<Slot<P>>,
    free: Sender<Slot<P>>,
    committer: &mut dyn Committer<P>,
    report: &mut Report,
) -> Result<(), RunError> {
    let mut waiting = BTreeMap::new();
    let mut expected = 0;
    while let Ok(slot) = done.recv() {
        waiting.insert(slot.number, slot);
        while let Some(mut slot) = waiting.remove(&expected) {
            commit(engine, &mut slot, committer, report)?;
            expected += 1;
            // The reader may have come to the end of the input.
            let _ = free.send(slot);
        }
    }
    drop(free);
    Ok(())
}
