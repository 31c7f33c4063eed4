//! What the loader works through before a library's code runs: relocations and initializers. Says
//! nothing of what they mean; refuses those with which it stops, or writes or goes where nothing is.

use object::elf;

use crate::dynamic::Dynamic;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::references::info;

const BLOCK: u64 = 1 << 20;
const DT_RELR: elf::DynamicTag = elf::DynamicTag(36);
const DT_RELRSZ: elf::DynamicTag = elf::DynamicTag(35);
/// What glibc's loader knows on x86-64, where others end the program.
const KNOWN_X86_64: [u32; 16] = [0, 1, 2, 5, 6, 7, 8, 10, 16, 17, 18, 32, 33, 36, 37, 38];

/// Checks the tables of a file that the loader maps, against as many symbols as it has.
pub fn check(image: &Image, dynamic: &Dynamic, symbols: usize) -> Result<()> {
    if !matches!(image.kind, elf::ET_DYN | elf::ET_EXEC) || dynamic.entries.is_empty() {
        return Ok(());
    }
    check_pairs(dynamic)?;
    check_code(image, dynamic)?;
    if dynamic.value(elf::DT_SONAME).is_some() && dynamic.has_flag(elf::DT_FLAGS_1, elf::DF_1_PIE.0)
    {
        return Err(Error::Malformed(
            "it has a SONAME and says that it is a program, which the loader does not load for \
             another"
                .to_owned(),
        ));
    }
    let word = image.word_size();
    let sizes = [
        (elf::DT_SYMENT, image.symbol_size(), "symbols"),
        (elf::DT_RELAENT, 3 * word, "relocations"),
        (elf::DT_RELENT, 2 * word, "relocations"),
    ];
    for (tag, size, what) in sizes {
        if let Some(claimed) = dynamic.value(tag).filter(|claimed| *claimed != size) {
            return Err(Error::Malformed(format!(
                "its dynamic {what} claim {claimed} bytes each, not {size}"
            )));
        }
    }
    let jumps_have_addend = match dynamic.value(elf::DT_PLTREL) {
        None => false,
        Some(kind) if kind == elf::DT_RELA.0 as u64 && has_addends(image) != Some(false) => true,
        Some(kind) if kind == elf::DT_REL.0 as u64 && has_addends(image) != Some(true) => false,
        Some(kind) => {
            return Err(Error::Malformed(format!(
                "the relocations of its calls are of the kind {kind}, which this machine has not"
            )));
        }
    };
    let tables = [
        (elf::DT_RELA, elf::DT_RELASZ, true),
        (elf::DT_REL, elf::DT_RELSZ, false),
        (elf::DT_JMPREL, elf::DT_PLTRELSZ, jumps_have_addend),
    ];
    for (address, size, has_addend) in tables {
        if let (Some(address), Some(size)) = (dynamic.value(address), dynamic.value(size)) {
            let entry = word * if has_addend { 3 } else { 2 };
            check_table(image, dynamic, symbols, (address, size), entry)?;
        }
    }
    Ok(())
}

/// What the loader calls must be code. Some machines call through a descriptor, which is data.
fn check_code(image: &Image, dynamic: &Dynamic) -> Result<()> {
    let is_direct = image.machine != elf::EM_PPC64;
    for (tag, what) in [(elf::DT_INIT, "initializer"), (elf::DT_FINI, "finalizer")] {
        let Some(address) = dynamic.value(tag) else {
            continue;
        };
        let is_code = image.segments.iter().any(|s| {
            s.kind == elf::PT_LOAD
                && s.contains(address, 1)
                && (!is_direct || s.flags.contains(elf::PF_X))
        });
        if !is_code {
            return Err(Error::Malformed(format!(
                "its {what} is at {address:#x}, where no code is"
            )));
        }
    }
    let arrays = [
        (elf::DT_INIT_ARRAY, elf::DT_INIT_ARRAYSZ, "initializers"),
        (elf::DT_FINI_ARRAY, elf::DT_FINI_ARRAYSZ, "finalizers"),
    ];
    for (address, size, what) in arrays {
        if let (Some(address), Some(size)) = (dynamic.value(address), dynamic.value(size))
            && size > 0
            && size > image.locate(what, address)?.1
        {
            return Err(Error::Malformed(format!(
                "its {what} claim {size} bytes, more than their segment holds"
            )));
        }
    }
    Ok(())
}

/// What the loader takes together must be there together.
fn check_pairs(dynamic: &Dynamic) -> Result<()> {
    let pairs = [
        (elf::DT_RELA, elf::DT_RELASZ, "relocations"),
        (elf::DT_RELA, elf::DT_RELAENT, "relocations"),
        (elf::DT_REL, elf::DT_RELSZ, "relocations"),
        (elf::DT_REL, elf::DT_RELENT, "relocations"),
        (DT_RELR, DT_RELRSZ, "relative relocations"),
        (elf::DT_JMPREL, elf::DT_PLTRELSZ, "relocations of calls"),
        (elf::DT_JMPREL, elf::DT_PLTREL, "relocations of calls"),
        (elf::DT_INIT_ARRAY, elf::DT_INIT_ARRAYSZ, "initializers"),
        (elf::DT_FINI_ARRAY, elf::DT_FINI_ARRAYSZ, "finalizers"),
        (elf::DT_SYMTAB, elf::DT_STRTAB, "dynamic symbols"),
    ];
    for (one, other, what) in pairs {
        let is_there = |tag| dynamic.value(tag).is_some();
        // A size of 0 belongs to no table.
        if is_there(one) != is_there(other) && dynamic.value(other) != Some(0) {
            return Err(Error::Malformed(format!(
                "the dynamic segment tells only a part of where its {what} are"
            )));
        }
    }
    let is_versioned =
        dynamic.value(elf::DT_VERDEF).is_some() || dynamic.value(elf::DT_VERNEED).is_some();
    if is_versioned && dynamic.value(elf::DT_VERSYM).is_none() {
        return Err(Error::Malformed(
            "it has symbol versions, but no table of which symbol has which".to_owned(),
        ));
    }
    Ok(())
}

/// Whether a machine's dynamic relocations hold what is added, where that is known.
fn has_addends(image: &Image) -> Option<bool> {
    match image.machine {
        elf::EM_X86_64 | elf::EM_AARCH64 | elf::EM_RISCV | elf::EM_S390 | elf::EM_PPC64 => {
            Some(true)
        }
        elf::EM_386 | elf::EM_ARM => Some(false),
        _ => None,
    }
}

fn check_table(
    image: &Image,
    dynamic: &Dynamic,
    symbols: usize,
    (address, size): (u64, u64),
    entry: u64,
) -> Result<()> {
    let what = "the relocations";
    if size == 0 {
        return Ok(());
    }
    let (offset, left) = image.locate(what, address)?;
    if size > left || !size.is_multiple_of(entry) {
        return Err(Error::Malformed(format!(
            "{what} claim {size} bytes, which is no whole number of them within their segment"
        )));
    }
    let may_write_all = dynamic.value(elf::DT_TEXTREL).is_some()
        || dynamic.has_flag(elf::DT_FLAGS, elf::DF_TEXTREL.0);
    let room: Vec<(u64, u64)> = image
        .segments
        .iter()
        .filter(|s| s.kind == elf::PT_LOAD && (may_write_all || s.flags.contains(elf::PF_W)))
        .map(|s| (s.address, s.address.saturating_add(s.memory_size)))
        .collect();
    let word = image.word_size();
    let is_mips = image.machine == elf::EM_MIPS;
    let mut done = 0;
    while done < size {
        let block = (BLOCK / entry * entry).min(size - done);
        let bytes = image.read(what, offset + done, block)?;
        for relocation in bytes.chunks_exact(entry as usize) {
            let (symbol, kind) = info(image, &relocation[word as usize..]);
            let place = image.word(relocation);
            // Of a machine whose relocations are three in one, the first says enough.
            if kind == 0 || is_mips {
                continue;
            }
            if symbol as usize >= symbols.max(1) {
                return Err(Error::Malformed(format!(
                    "{what} refer to symbol {symbol}, which is not there"
                )));
            }
            let end = place.saturating_add(if word == 8 && kind != 10 { 8 } else { 4 });
            if !room.iter().any(|(from, to)| *from <= place && end <= *to) {
                return Err(Error::Malformed(format!(
                    "{what} change {place:#x}, where the loader cannot write"
                )));
            }
            if image.machine == elf::EM_X86_64 && image.is_64 && !KNOWN_X86_64.contains(&kind) {
                return Err(Error::Malformed(format!(
                    "{what} have one of the kind {kind}, which no loader knows"
                )));
            }
        }
        done += block;
    }
    Ok(())
}
