//! What a program or library takes from others, and in which way: what the loader binds when it
//! starts, what it binds at the first call, and what it copies.

use std::borrow::Cow;
use std::path::Path;

use object::Endianness;
use object::elf;
use serde::Serialize;

use crate::dynamic::Dynamic;
use crate::elf::{bind_name, name_within, symbol_type_name, to_json};
use crate::error::{Error, Result};
use crate::image::Image;

const COPY: u8 = 1;
const CALL: u8 = 2;
const DATA: u8 = 4;
const TLS: u8 = 8;
const FIXED_TLS: u8 = 16;
const WAYS: [(u8, &str); 5] = [
    (COPY, "copy"),
    (CALL, "call"),
    (DATA, "data"),
    (TLS, "tls"),
    (FIXED_TLS, "fixed-tls"),
];

#[derive(Serialize)]
struct Report<'a> {
    /// Whether the relocations of this machine are understood, so that `uses` can be believed.
    known_machine: bool,
    references: Vec<Reference<'a>>,
}

#[derive(Serialize)]
struct Reference<'a> {
    name: Cow<'a, str>,
    version: Option<&'a str>,
    library: Option<&'a str>,
    bind: Cow<'static, str>,
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    /// Of a copy: the bytes that were reserved for it.
    size: u64,
    uses: Vec<&'static str>,
}

/// The relocation types of a machine that mean something other than "an address".
struct Machine {
    copy: u32,
    call: &'static [u32],
    /// Thread-local data that is found when it is used.
    tls: &'static [u32],
    /// Thread-local data at a distance from the thread pointer that is fixed at the start.
    fixed_tls: &'static [u32],
}

fn machine(of: elf::Machine) -> Option<Machine> {
    let (copy, call, tls, fixed_tls): (u32, &[u32], &[u32], &[u32]) = match of {
        elf::EM_X86_64 => (5, &[7], &[16, 17, 36], &[18]),
        elf::EM_386 => (5, &[7], &[35, 36, 41], &[14, 37]),
        elf::EM_AARCH64 => (1024, &[1026], &[1028, 1029, 1031], &[1030]),
        elf::EM_ARM => (20, &[22], &[13, 17, 18], &[19]),
        elf::EM_RISCV => (4, &[5], &[6, 7, 8, 9, 12], &[10, 11]),
        elf::EM_LOONGARCH => (4, &[5], &[6, 7, 8, 9, 13, 14], &[10, 11]),
        elf::EM_PPC64 => (19, &[21], &[68, 78], &[73]),
        elf::EM_S390 => (9, &[11], &[54, 55], &[56]),
        _ => return None,
    };
    Some(Machine {
        copy,
        call,
        tls,
        fixed_tls,
    })
}

pub fn read_references(path: &Path) -> Result<String> {
    let image = Image::open(path)?;
    if image.is_debug_only() {
        return Err(Error::DebugOnly);
    }
    let dynamic = Dynamic::read(&image)?;
    let strings = dynamic.strings()?;
    let versions = dynamic.versions(&strings)?;
    let symbols = dynamic.symbols(&strings)?;
    let machine = machine(image.machine);
    let mut ways = vec![0; symbols.len()];
    if let Some(machine) = &machine {
        mark(&image, &dynamic, machine, &mut ways)?;
    }
    let mut spent = 0;
    let mut references = Vec::new();
    for (index, symbol) in symbols.iter().enumerate() {
        let copied = ways[index] & COPY != 0;
        if symbol.name == 0 || (symbol.section != elf::SHN_UNDEF && !copied) {
            continue;
        }
        let (version, _) = versions.of(index);
        references.push(Reference {
            name: name_within(&strings, symbol, &mut spent)?,
            version: version.map(|(name, _)| name),
            library: version.and_then(|(_, library)| library),
            bind: bind_name(symbol.bind),
            kind: symbol_type_name(symbol.kind),
            size: symbol.size,
            uses: WAYS
                .iter()
                .filter(|(way, _)| ways[index] & way != 0)
                .map(|(_, name)| *name)
                .collect(),
        });
    }
    to_json(&Report {
        known_machine: machine.is_some(),
        references,
    })
}

/// Which symbols relocations refer to; none if those of the machine are not understood.
pub fn used_symbols(image: &Image, dynamic: &Dynamic, count: usize) -> Result<Option<Vec<bool>>> {
    let Some(machine) = machine(image.machine) else {
        return Ok(None);
    };
    let mut ways = vec![0; count];
    mark(image, dynamic, &machine, &mut ways)?;
    Ok(Some(ways.iter().map(|way| *way != 0).collect()))
}

/// Notes for every symbol in which ways relocations refer to it.
fn mark(image: &Image, dynamic: &Dynamic, machine: &Machine, ways: &mut [u8]) -> Result<()> {
    let word = image.word_size();
    let jumps_have_addend = dynamic.value(elf::DT_PLTREL) == Some(elf::DT_RELA.0 as u64);
    let tables = [
        (elf::DT_RELA, elf::DT_RELASZ, true),
        (elf::DT_REL, elf::DT_RELSZ, false),
        (elf::DT_JMPREL, elf::DT_PLTRELSZ, jumps_have_addend),
    ];
    for (address, size, has_addend) in tables {
        let (Some(address), Some(size)) = (dynamic.value(address), dynamic.value(size)) else {
            continue;
        };
        if size == 0 {
            continue;
        }
        let what = "the relocations";
        let (offset, left) = image.locate(what, address)?;
        if size > left {
            return Err(Error::Malformed(format!(
                "{what} claim {size} bytes, more than their segment holds"
            )));
        }
        let entry = word * if has_addend { 3 } else { 2 };
        let bytes = image.read(what, offset, size)?;
        for relocation in bytes.chunks_exact(entry as usize) {
            let (symbol, kind) = info(image, &relocation[word as usize..]);
            if symbol == 0 {
                continue; // the file's own address, not a symbol
            }
            let way = ways.get_mut(symbol as usize).ok_or_else(|| {
                Error::Malformed(format!(
                    "{what} refer to symbol {symbol}, which is not there"
                ))
            })?;
            *way |= match kind {
                kind if kind == machine.copy => COPY,
                kind if machine.call.contains(&kind) => CALL,
                kind if machine.tls.contains(&kind) => TLS,
                kind if machine.fixed_tls.contains(&kind) => FIXED_TLS,
                _ => DATA,
            };
        }
    }
    Ok(())
}

/// Symbol and type of a relocation, from the word behind its address.
pub fn info(image: &Image, bytes: &[u8]) -> (u32, u32) {
    let half = |at: usize| {
        let word = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
        word.map_or(0, |word| match image.endian {
            Endianness::Little => u32::from_le_bytes(word),
            Endianness::Big => u32::from_be_bytes(word),
        })
    };
    match (image.is_64, image.endian) {
        (true, Endianness::Little) => (half(4), half(0)),
        (true, Endianness::Big) => (half(0), half(4)),
        (false, _) => (half(0) >> 8, half(0) & 0xff),
    }
}
