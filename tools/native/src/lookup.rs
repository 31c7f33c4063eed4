//! The hash table that the loader searches for a name. Whatever the symbol table says, a symbol
//! that is not found through it is exported to nobody. Refuses a table that would lead the loader
//! out of its bounds or round in a circle.

use object::Endianness;
use object::elf;

use crate::dynamic::Dynamic;
use crate::error::{Error, Result};
use crate::image::{Image, Strings, Symbol};

/// MIPS has a GNU hash table of its own form, which its linkers write only when told to.
const DT_MIPS_XHASH: elf::DynamicTag = elf::DynamicTag(0x7000_0036);
const EM_ALPHA: elf::Machine = elf::Machine(0x9026);

pub enum Lookup<'i> {
    /// Without a table the loader finds nothing.
    Absent,
    /// A form that is not read here: nothing is known of what is found.
    Other,
    Gnu(Gnu<'i>),
    SysV(SysV<'i>),
}

impl<'i> Lookup<'i> {
    /// The table that a loader takes where there are two: glibc and musl prefer the GNU one.
    pub fn read(image: &'i Image, dynamic: &Dynamic) -> Result<Self> {
        let is_mips = image.machine == elf::EM_MIPS;
        let gnu = dynamic.value(elf::DT_GNU_HASH).filter(|_| !is_mips);
        Ok(match (gnu, dynamic.value(elf::DT_HASH)) {
            (Some(address), _) => Lookup::Gnu(Gnu::read(image, address)?),
            (None, Some(address)) => Lookup::SysV(SysV::read(image, address)?),
            (None, None) if is_mips && dynamic.value(DT_MIPS_XHASH).is_some() => Lookup::Other,
            (None, None) => Lookup::Absent,
        })
    }

    /// How many symbols there are at least: a GNU table does not know of imports.
    pub fn count(&self) -> Result<u64> {
        match self {
            Lookup::Absent | Lookup::Other => Ok(0),
            Lookup::Gnu(table) => table.count(),
            Lookup::SysV(table) => Ok(table.chains),
        }
    }

    /// For each symbol that the library means to export, whether the loader finds it.
    pub fn find(
        &self,
        symbols: &[Symbol],
        strings: &Strings,
        is_meant: impl Fn(&Symbol) -> bool,
    ) -> Result<Vec<bool>> {
        let finder = match self {
            Lookup::Other => return Ok(vec![true; symbols.len()]),
            Lookup::Absent => return Ok(vec![false; symbols.len()]),
            Lookup::Gnu(table) => table.finder(symbols.len())?,
            Lookup::SysV(table) => table.finder(symbols.len())?,
        };
        let mut found = vec![false; symbols.len()];
        for (index, symbol) in symbols.iter().enumerate().filter(|(_, s)| is_meant(s)) {
            found[index] = finder(index, strings.get(symbol.name.into())?);
        }
        Ok(found)
    }
}

type Finder<'t> = Box<dyn Fn(usize, &[u8]) -> bool + 't>;

/// A filter, buckets that hold the first symbol of a chain, and for each symbol its hash, whose
/// lowest bit ends the chain.
pub struct Gnu<'i> {
    image: &'i Image,
    base: u64,
    shift: u32,
    filter: Vec<u64>,
    buckets: Vec<u32>,
    /// Where the chains are in the file, and where their segment ends.
    chains: u64,
    end: u64,
}

const GNU: &str = "the GNU hash table";

impl<'i> Gnu<'i> {
    fn read(image: &'i Image, address: u64) -> Result<Self> {
        let (offset, left) = image.locate(GNU, address)?;
        let end = offset.saturating_add(left);
        let header = words(image, GNU, offset, 4)?;
        let (buckets, filter) = (u64::from(header[0]), u64::from(header[2]));
        if !filter.is_power_of_two() || header[3] > 31 {
            return Err(Error::Malformed(format!(
                "{GNU} has a filter of {filter} words and a shift of {}, which stops the loader",
                header[3]
            )));
        }
        let bucket_offset = offset + 16 + filter * image.word_size();
        let chains = bucket_offset + 4 * buckets;
        if chains > end {
            return Err(Error::Malformed(format!(
                "{GNU} claims {buckets} buckets, more than its segment holds"
            )));
        }
        let bytes = image.read(GNU, offset + 16, filter * image.word_size())?;
        Ok(Gnu {
            image,
            base: header[1].into(),
            shift: header[3],
            filter: numbers(image, &bytes, image.word_size() as usize),
            buckets: words(image, GNU, bucket_offset, buckets)?,
            chains,
            end,
        })
    }

    /// The chain of the last bucket ends at the last symbol.
    fn count(&self) -> Result<u64> {
        const BLOCK: u64 = 4096;
        let last = self.buckets.iter().copied().max().map_or(0, u64::from);
        if last < self.base || last == 0 {
            return Ok(0);
        }
        let mut index = last;
        loop {
            let at = self.chains + 4 * (index - self.base);
            let left = self.end.saturating_sub(at) / 4;
            let chain = words(self.image, GNU, at, BLOCK.min(left))?;
            match chain.iter().position(|word| word & 1 != 0) {
                Some(step) => return Ok(index + step as u64 + 1),
                None if chain.is_empty() => {
                    return Err(Error::Malformed(format!("{GNU} has a chain without end")));
                }
                None => index += chain.len() as u64,
            }
        }
    }

    fn finder(&self, count: usize) -> Result<Finder<'_>> {
        let base = self.base.min(count as u64);
        let size = count as u64 - base;
        if self.chains.saturating_add(4 * size) > self.end {
            return Err(Error::Malformed(format!(
                "{GNU} is shorter than the symbol table of {count} symbols"
            )));
        }
        let chain = words(self.image, GNU, self.chains, size)?;
        let base = base as usize;
        // A chain begins anywhere and goes on to the next end.
        let mut begins = Vec::with_capacity(chain.len());
        let mut begin = 0u32;
        for (index, word) in chain.iter().enumerate() {
            begins.push(begin);
            if word & 1 != 0 {
                begin = index as u32 + 1;
            }
        }
        for &bucket in self.buckets.iter().filter(|bucket| **bucket != 0) {
            if (bucket as usize) < base || u64::from(bucket) < self.base || bucket as usize >= count
            {
                return Err(Error::Malformed(format!(
                    "{GNU} leads to symbol {bucket}, which is not among the {size} that it holds"
                )));
            }
            if bucket as usize - base >= begin as usize {
                return Err(Error::Malformed(format!("{GNU} has a chain without end")));
            }
        }
        Ok(Box::new(move |index, name| {
            let hash = gnu_hash(name);
            let Some(at) = index.checked_sub(base) else {
                return false;
            };
            if self.buckets.is_empty() || chain[at] | 1 != hash | 1 || !self.passes(hash) {
                return false;
            }
            match self.buckets[hash as usize % self.buckets.len()] as usize {
                0 => false,
                first => (begins[at] as usize..=at).contains(&(first - base)),
            }
        }))
    }

    /// What the filter does not let pass is not looked for.
    fn passes(&self, hash: u32) -> bool {
        let bits = 8 * self.image.word_size() as u32;
        let word = self.filter[(hash / bits) as usize & (self.filter.len() - 1)];
        let bit = |hash: u32| word >> (hash % bits) & 1 != 0;
        bit(hash) && bit(hash >> self.shift)
    }
}

/// Buckets that hold the first symbol of a chain, and for each symbol the next of its chain.
pub struct SysV<'i> {
    image: &'i Image,
    offset: u64,
    width: u64,
    buckets: u64,
    chains: u64,
}

const SYSV: &str = "the hash table";

impl<'i> SysV<'i> {
    fn read(image: &'i Image, address: u64) -> Result<Self> {
        let (offset, left) = image.locate(SYSV, address)?;
        let mut width = 4;
        let mut header = words(image, SYSV, offset, 2)?;
        // Two machines have words of 8 bytes there, but not every linker knows.
        let may_be_wide = image.machine == EM_ALPHA || image.machine == elf::EM_S390 && image.is_64;
        if may_be_wide && header.contains(&0) && left >= 16 {
            let bytes = image.read(SYSV, offset, 16)?;
            let wide = numbers(image, &bytes, 8);
            header = wide
                .iter()
                .map(|n| u32::try_from(*n).unwrap_or(u32::MAX))
                .collect();
            width = 8;
        }
        let (buckets, chains) = (u64::from(header[0]), u64::from(header[1]));
        if (2 + buckets + chains) * width > left {
            return Err(Error::Malformed(format!(
                "{SYSV} claims {buckets} buckets and {chains} symbols, more than its segment holds"
            )));
        }
        Ok(SysV {
            image,
            offset,
            width,
            buckets,
            chains,
        })
    }

    fn finder(&self, count: usize) -> Result<Finder<'_>> {
        let size = (self.buckets + self.chains) * self.width;
        let bytes = self.image.read(SYSV, self.offset + 2 * self.width, size)?;
        let table = numbers(self.image, &bytes, self.width as usize);
        let (buckets, chain) = table.split_at(self.buckets as usize);
        let most = count.min(chain.len());
        // No linker puts a symbol into two chains, so one that is met again is in a circle.
        let mut bucket_of = vec![u32::MAX; most];
        for (bucket, first) in buckets.iter().enumerate() {
            let mut next = *first;
            while next != 0 {
                let at = usize::try_from(next).unwrap_or(usize::MAX);
                match bucket_of.get_mut(at) {
                    Some(known) if *known == u32::MAX => *known = bucket as u32,
                    Some(_) => {
                        return Err(Error::Malformed(format!(
                            "{SYSV} leads to symbol {next} twice"
                        )));
                    }
                    None => {
                        return Err(Error::Malformed(format!(
                            "{SYSV} leads to symbol {next}, which is not among the {most} that it \
                             holds"
                        )));
                    }
                }
                next = chain[at];
            }
        }
        let buckets = self.buckets as u32;
        Ok(Box::new(move |index, name| {
            buckets != 0 && bucket_of.get(index) == Some(&(sysv_hash(name) % buckets))
        }))
    }
}

/// Four bytes in one step, since each step waits for the one before and names are long.
fn gnu_hash(name: &[u8]) -> u32 {
    let (fours, rest) = name.as_chunks::<4>();
    let hash = fours.iter().fold(5381, |hash: u32, bytes| {
        let [a, b, c, d] = bytes.map(u32::from);
        hash.wrapping_mul(33 * 33 * 33 * 33)
            .wrapping_add(a * 33 * 33 * 33 + b * 33 * 33 + c * 33 + d)
    });
    rest.iter().fold(hash, |hash: u32, byte| {
        hash.wrapping_mul(33).wrapping_add(u32::from(*byte))
    })
}

pub fn sysv_hash(name: &[u8]) -> u32 {
    name.iter().fold(0, |hash: u32, byte| {
        let hash = (hash << 4).wrapping_add(u32::from(*byte));
        (hash ^ (hash >> 24 & 0xf0)) & 0x0fff_ffff
    })
}

fn words(image: &Image, what: &str, offset: u64, count: u64) -> Result<Vec<u32>> {
    let bytes = image.read(what, offset, count * 4)?;
    let decode = |b: [u8; 4]| match image.endian {
        Endianness::Little => u32::from_le_bytes(b),
        Endianness::Big => u32::from_be_bytes(b),
    };
    Ok(bytes.as_chunks().0.iter().map(|b| decode(*b)).collect())
}

/// Numbers of 4 or 8 bytes each.
fn numbers(image: &Image, bytes: &[u8], width: usize) -> Vec<u64> {
    let join = |b: &[u8]| match image.endian {
        Endianness::Little => b.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b)),
        Endianness::Big => b.iter().fold(0, |n, b| n << 8 | u64::from(*b)),
    };
    bytes.chunks_exact(width).map(join).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_gabi_and_of_gnu() {
        assert_eq!(gnu_hash(b""), 0x1505);
        assert_eq!(gnu_hash(b"printf"), 0x156b_2bb8);
        assert_eq!(gnu_hash(b"flapenguin.me"), 0x8ae9_f18e);
        assert_eq!(sysv_hash(b""), 0);
        assert_eq!(sysv_hash(b"printf"), 0x0779_05a6);
        assert_eq!(sysv_hash(b"flapenguin.me"), 0x03987915);
    }
}
