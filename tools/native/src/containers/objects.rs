//! Symbols of relocatable objects, ELF, COFF and Mach-O: what one object gives to a linker and
//! what it asks for.

use object::read::coff::{CoffHeader, Symbol as _};
use object::read::elf::{FileHeader, SectionHeader, Sym};
use object::read::macho::{MachHeader, Nlist};
use object::{Endianness, LittleEndian as LE, ReadRef, elf, macho, pe};
use serde::Serialize;

use super::source::{NameBudget, broken, name_in, take};
use crate::error::{Error, Result};

#[derive(Serialize)]
pub struct Defined {
    pub name: String,
    /// global, weak, common or unique
    pub bind: &'static str,
    /// func, object, tls, notype
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// default, protected, hidden: a hidden symbol of an archive is found by the linker, but not
    /// exported by what is linked from it
    pub visibility: &'static str,
    pub size: u64,
}

#[derive(Serialize)]
pub struct Undefined {
    pub name: String,
    pub weak: bool,
}

#[derive(Default)]
pub struct Symbols {
    pub defined: Vec<Defined>,
    pub undefined: Vec<Undefined>,
    /// Only the compiler can read what the object holds: intermediate code.
    pub intermediate: bool,
}

pub fn elf_symbols<'a, H: FileHeader<Endian = Endianness>>(
    data: impl ReadRef<'a>,
    names: &mut NameBudget,
) -> Result<Symbols> {
    let header = H::parse(data).map_err(broken("ELF header"))?;
    let e = header.endian().map_err(broken("ELF header"))?;
    let sections = header
        .section_headers(e, data)
        .map_err(broken("ELF section headers"))?;
    let mut found = Symbols::default();
    // An object has one symbol table.
    if let Some(section) = sections.iter().find(|s| s.sh_type(e) == elf::SHT_SYMTAB) {
        let size: u64 = section.sh_size(e).into();
        let entry = size_of::<H::Sym>() as u64;
        let bytes = take(data, "its symbols", section.sh_offset(e).into(), size)?;
        let (symbols, _) = object::pod::slice_from_bytes::<H::Sym>(bytes, (size / entry) as usize)
            .map_err(|()| Error::Malformed("no symbol table".to_owned()))?;
        let strings = sections
            .get(section.sh_link(e) as usize)
            .filter(|s| s.sh_type(e) == elf::SHT_STRTAB)
            .ok_or_else(|| Error::Malformed("its symbols have no string table".to_owned()))?;
        let strings = take(
            data,
            "its symbol names",
            strings.sh_offset(e).into(),
            strings.sh_size(e).into(),
        )?;
        for symbol in symbols.iter().filter(|s| s.st_bind() != elf::STB_LOCAL) {
            let name = names.text(name_in(strings, symbol.st_name(e).into(), "symbol names")?)?;
            let at = symbol.st_shndx(e);
            if at == elf::SHN_UNDEF {
                let weak = symbol.st_bind() == elf::STB_WEAK;
                found.undefined.push(Undefined { name, weak });
                continue;
            }
            // GCC marks an object that holds nothing but intermediate code in this way.
            found.intermediate |= name == "__gnu_lto_slim";
            let common = at == elf::SHN_COMMON || symbol.st_type() == elf::STT_COMMON;
            found.defined.push(Defined {
                name,
                bind: match symbol.st_bind() {
                    _ if common => "common",
                    elf::STB_WEAK => "weak",
                    elf::STB_GNU_UNIQUE => "unique",
                    _ => "global",
                },
                kind: match symbol.st_type() {
                    elf::STT_FUNC | elf::STT_GNU_IFUNC => "func",
                    elf::STT_OBJECT | elf::STT_COMMON => "object",
                    elf::STT_TLS => "tls",
                    _ => "notype",
                },
                visibility: match symbol.st_visibility() {
                    elf::STV_HIDDEN | elf::STV_INTERNAL => "hidden",
                    elf::STV_PROTECTED => "protected",
                    _ => "default",
                },
                size: symbol.st_size(e).into(),
            });
        }
    }
    Ok(found)
}

pub fn coff_symbols<'a, C: CoffHeader>(
    data: impl ReadRef<'a>,
    names: &mut NameBudget,
) -> Result<Symbols> {
    let mut offset = 0;
    let header = C::parse(data, &mut offset).map_err(broken("COFF header"))?;
    let sections = header
        .sections(data, offset)
        .map_err(broken("COFF section headers"))?;
    for section in sections.iter() {
        if let Some((at, size)) = section.coff_file_range() {
            super::source::check(data, "its sections", at.into(), size.into())?;
        }
    }
    let table = header.symbols(data).map_err(broken("COFF symbols"))?;
    let at = u64::from(header.pointer_to_symbol_table())
        + u64::from(header.number_of_symbols()) * size_of::<C::SymbolBytes>() as u64;
    let strings = match header.pointer_to_symbol_table() {
        0 => &[][..],
        _ => {
            let size = take(data, "its string table", at, 4)?;
            let size = u32::from_le_bytes([size[0], size[1], size[2], size[3]]);
            take(data, "its string table", at, size.into())?
        }
    };
    let mut found = Symbols::default();
    for (_, symbol) in table.iter() {
        let weak = symbol.storage_class() == pe::IMAGE_SYM_CLASS_WEAK_EXTERNAL;
        if !weak && symbol.storage_class() != pe::IMAGE_SYM_CLASS_EXTERNAL {
            continue;
        }
        let raw = symbol.raw_name();
        let name = match raw[0] {
            0 => {
                let at = u32::from_le_bytes([raw[4], raw[5], raw[6], raw[7]]);
                name_in(strings, at.into(), "symbol names")?
            }
            _ => raw.split(|&byte| byte == 0).next().unwrap_or(raw),
        };
        let name = names.text(name)?;
        let here = symbol.section_number();
        // A weak external is an alias that any definition replaces: found, if nothing else is.
        let common = !weak && here == pe::IMAGE_SYM_UNDEFINED && symbol.value() != 0;
        if here == pe::IMAGE_SYM_UNDEFINED && !weak && !common {
            found.undefined.push(Undefined { name, weak });
            continue;
        }
        let section = symbol.section().and_then(|at| sections.section(at).ok());
        let is_code = symbol.derived_type() == pe::IMAGE_SYM_DTYPE_FUNCTION
            || section
                .is_some_and(|s| s.characteristics.get(LE).0 & pe::IMAGE_SCN_MEM_EXECUTE.0 != 0);
        found.defined.push(Defined {
            name,
            bind: match (weak, common) {
                (true, _) => "weak",
                (_, true) => "common",
                _ => "global",
            },
            kind: match section {
                _ if is_code => "func",
                None if !common => "notype",
                _ => "object",
            },
            visibility: "default",
            size: if common { symbol.value().into() } else { 0 },
        });
    }
    Ok(found)
}

pub fn mach_symbols<'a, M: MachHeader<Endian = Endianness>>(
    data: impl ReadRef<'a>,
    names: &mut NameBudget,
) -> Result<Symbols> {
    let header = M::parse(data, 0).map_err(broken("Mach-O header"))?;
    let e = header.endian().map_err(broken("Mach-O header"))?;
    let mut commands = header
        .load_commands(e, data, 0)
        .map_err(broken("Mach-O load commands"))?;
    let code = super::macho::code_sections::<M, _>(data, header, e)?;
    let mut found = Symbols::default();
    let mut tables = 0;
    while let Some(command) = commands.next().map_err(broken("Mach-O load commands"))? {
        let Some(table) = command.symtab().map_err(broken("Mach-O symbol table"))? else {
            continue;
        };
        tables += 1;
        if tables > 1 {
            return Err(Error::Malformed("it has two symbol tables".to_owned()));
        }
        let symbols = table
            .symbols::<M, _>(e, data)
            .map_err(broken("Mach-O symbol table"))?;
        let strings = take(
            data,
            "its symbol names",
            table.stroff.get(e).into(),
            table.strsize.get(e).into(),
        )?;
        for symbol in symbols.iter() {
            let flags = symbol.n_type();
            if flags.is_stab() || !flags.contains(macho::N_EXT) {
                continue;
            }
            let name = names.text(name_in(strings, symbol.n_strx(e).into(), "symbol names")?)?;
            let marks = symbol.n_desc(e);
            if symbol.is_undefined() {
                let weak = marks.0 & macho::N_WEAK_REF.0 != 0;
                found.undefined.push(Undefined { name, weak });
                continue;
            }
            let common = symbol.is_common();
            found.defined.push(Defined {
                name,
                bind: match marks.0 & macho::N_WEAK_DEF.0 != 0 {
                    _ if common => "common",
                    true => "weak",
                    false => "global",
                },
                kind: match code.get(usize::from(symbol.n_sect()).wrapping_sub(1)) {
                    Some(kind) => kind,
                    None if common => "object",
                    None => "notype",
                },
                visibility: match flags.contains(macho::N_PEXT) {
                    true => "hidden",
                    false => "default",
                },
                size: match common {
                    true => symbol.n_value(e).into(),
                    false => 0,
                },
            });
        }
    }
    Ok(found)
}
