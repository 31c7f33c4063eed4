//! Reading and writing the caller's memory: the roles of parameters, as abi/roles.toml has them.

use core::ffi::c_void;
use core::marker::PhantomData;
use core::mem::MaybeUninit;

use astra_core::contract::Status;
use astra_core::{Fact, Failure};

/// No struct is ever larger.
const MOST_SIZE: u32 = 65536;

/// A growable struct of the contract.
///
/// # Safety
/// It is `repr(C)`, has no implicit padding, and begins with `struct_size` and `flags`, 32 bits each.
pub unsafe trait Growable: Copy {
    /// Bytes of its first version.
    const FIRST_SIZE: u32;
    /// Where each member ends.
    const ENDS: &'static [u32];
}

/// A growable struct that the caller fills.
///
/// # Safety
/// Zero is a value of every member.
pub unsafe trait GrowableIn: Growable {}

/// The caller's bytes, of a length that nothing has been compared with yet.
#[derive(Clone, Copy, Default)]
pub struct Bytes<'a> {
    start: Option<core::ptr::NonNull<u8>>,
    length: u64,
    borrowed: PhantomData<&'a [u8]>,
}

impl<'a> Bytes<'a> {
    /// `None` where the pointer is NULL.
    ///
    /// # Safety
    /// The pointer is NULL, or `length` bytes can be read there for as long as `'a`.
    pub unsafe fn new(start: *const u8, length: u64) -> Option<Self> {
        let start = core::ptr::NonNull::new(start.cast_mut())?;
        Some(Self { start: Some(start), length, borrowed: PhantomData })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// The bytes, if there are at most `most` of them.
    pub fn up_to(&self, most: u64) -> Option<&'a [u8]> {
        if self.length > most || self.length > isize::MAX as u64 {
            return None;
        }
        // SAFETY: `new` was promised as many bytes, and no slice is longer than isize::MAX.
        self.start.map_or(Some(&[]), |start| unsafe {
            Some(core::slice::from_raw_parts(start.as_ptr(), self.length as usize))
        })
    }
}

/// What a call makes for an out parameter with a length.
#[derive(Clone, Copy)]
pub struct Several<T> {
    pub all: [T; astra_core::operator::MAX_OUTPUTS],
    pub count: usize,
}

/// The caller's array, or `None` where the pointer is NULL.
///
/// # Safety
/// The pointer is NULL, or `count` elements can be read there for as long as `'a`.
pub unsafe fn slice<'a, T>(start: *const T, count: usize) -> Option<&'a [T]> {
    // SAFETY: as the caller of this function promises.
    (!start.is_null()).then(|| unsafe { core::slice::from_raw_parts(start, count) })
}

pub fn pointer(pointer: *const c_void, param: &'static str) -> Result<(), Failure> {
    if pointer.is_null() { Err(Failure::new(Status::NullPointer).about(param)) } else { Ok(()) }
}

pub fn buffer(start: *const c_void, length: u64, param: &'static str) -> Result<(), Failure> {
    if length == 0 { Ok(()) } else { pointer(start, param) }
}

/// # Safety
/// 4 bytes can be read at `place`.
unsafe fn size_of_struct<T: Growable>(place: *const T) -> Option<u32> {
    // SAFETY: as the caller promises; a struct may lie at any address.
    let size = unsafe { place.cast::<u32>().read_unaligned() };
    (T::FIRST_SIZE..=MOST_SIZE).contains(&size).then_some(size)
}

fn wrong_size<T: Growable>(param: &'static str, size: u32) -> Failure {
    Failure::new(Status::StructSize)
        .about(param)
        .expected(Fact::Nth("at most 65536, at least", u64::from(T::FIRST_SIZE)))
        .actual(Fact::Number(u64::from(size)))
}

/// A copy of the caller's struct. What the caller does not know is zero; what the library does not
/// know has to be.
///
/// # Safety
/// `struct_size` can be read at `place`, and as many bytes as it says.
pub unsafe fn growable_in<T: GrowableIn>(place: *const T, param: &'static str) -> Result<T, Failure> {
    // SAFETY: `struct_size` can be read.
    let Some(size) = (unsafe { size_of_struct(place) }) else {
        // SAFETY: as above.
        return Err(wrong_size::<T>(param, unsafe { place.cast::<u32>().read_unaligned() }));
    };
    // SAFETY: as many bytes can be read as `struct_size` says.
    let bytes = unsafe { core::slice::from_raw_parts(place.cast::<u8>(), size as usize) };
    let flags = u32::from_ne_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
    if flags != 0 {
        return Err(Failure::new(Status::UnknownFlags)
            .about(param)
            .expected(Fact::Number(0))
            .actual(Fact::Hex(u64::from(flags))));
    }
    let known = bytes.len().min(size_of::<T>());
    if let Some(offset) = bytes[known..].iter().position(|&byte| byte != 0) {
        return Err(Failure::new(Status::NonzeroTail)
            .about(param)
            .expected(Fact::Words("zero beyond the fields that the library knows"))
            .actual(Fact::Nth("offset", (known + offset) as u64)));
    }
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` bytes fit in the copy, which overlaps nothing; zero is a value of the rest.
    unsafe {
        copy.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), known);
        Ok(copy.assume_init())
    }
}

/// The size of a struct that the call is to fill.
///
/// # Safety
/// `struct_size` can be read at `place`.
pub unsafe fn growable_out<T: Growable>(place: *const T, param: &'static str) -> Result<u32, Failure> {
    // SAFETY: as the caller promises.
    unsafe { size_of_struct(place) }.ok_or_else(|| {
        // SAFETY: as above.
        wrong_size::<T>(param, unsafe { place.cast::<u32>().read_unaligned() })
    })
}

/// Fills the caller's struct up to its size. A member that does not fit whole is left out.
///
/// # Safety
/// `size` bytes can be written at `place`.
pub unsafe fn write_growable<T: Growable>(place: *mut T, size: u32, value: &T) {
    const KEPT: usize = size_of::<u32>();
    let size = size as usize;
    let filled = T::ENDS.iter().map(|&end| end as usize).take_while(|&end| end <= size).last();
    let filled = filled.unwrap_or(KEPT);
    let (to, from) = (place.cast::<u8>(), (&raw const *value).cast::<u8>());
    // SAFETY: `filled` is at most `size` and at most the bytes of T, none of which is padding.
    unsafe {
        to.add(KEPT).copy_from_nonoverlapping(from.add(KEPT), filled - KEPT);
        to.add(filled).write_bytes(0, size - filled);
    }
}

/// # Safety
/// `count` elements can be written at `start`.
pub unsafe fn write_all<T: Copy>(start: *mut T, count: u32, made: &Several<T>) {
    assert!(made.count == count as usize, "the call made another number of outputs");
    for (index, &value) in made.all[..made.count].iter().enumerate() {
        // SAFETY: `index` is below `count`.
        unsafe { start.add(index).write_unaligned(value) };
    }
}

/// Zeroes scalars or handles of a failed call.
///
/// # Safety
/// The pointer is NULL, or `count` elements can be written there.
pub unsafe fn zero<T>(start: *mut T, count: usize) {
    if !start.is_null() {
        // SAFETY: as the caller promises.
        unsafe { start.cast::<u8>().write_bytes(0, count * size_of::<T>()) };
    }
}

/// Zeroes a struct of a failed call behind its size, if the size is one.
///
/// # Safety
/// The pointer is NULL, or `struct_size` can be read there and as many bytes be written.
pub unsafe fn zero_growable<T: Growable>(place: *mut T) {
    if place.is_null() {
        return;
    }
    // SAFETY: as the caller promises.
    if let Some(size) = unsafe { size_of_struct(place.cast_const()) } {
        const KEPT: usize = size_of::<u32>();
        // SAFETY: as the caller promises.
        unsafe { place.cast::<u8>().add(KEPT).write_bytes(0, size as usize - KEPT) };
    }
}
