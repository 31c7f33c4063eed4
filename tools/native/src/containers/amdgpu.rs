//! AMD code objects: the processor that one is for, from the flags of its ELF header.

const MACH: u32 = 0xff;
const NAMES: [(u32, &str); 68] = [
    (0x20, "gfx600"),
    (0x21, "gfx601"),
    (0x22, "gfx700"),
    (0x23, "gfx701"),
    (0x24, "gfx702"),
    (0x25, "gfx703"),
    (0x26, "gfx704"),
    (0x28, "gfx801"),
    (0x29, "gfx802"),
    (0x2a, "gfx803"),
    (0x2b, "gfx810"),
    (0x2c, "gfx900"),
    (0x2d, "gfx902"),
    (0x2e, "gfx904"),
    (0x2f, "gfx906"),
    (0x30, "gfx908"),
    (0x31, "gfx909"),
    (0x32, "gfx90c"),
    (0x33, "gfx1010"),
    (0x34, "gfx1011"),
    (0x35, "gfx1012"),
    (0x36, "gfx1030"),
    (0x37, "gfx1031"),
    (0x38, "gfx1032"),
    (0x39, "gfx1033"),
    (0x3a, "gfx602"),
    (0x3b, "gfx705"),
    (0x3c, "gfx805"),
    (0x3d, "gfx1035"),
    (0x3e, "gfx1034"),
    (0x3f, "gfx90a"),
    (0x40, "gfx940"),
    (0x41, "gfx1100"),
    (0x42, "gfx1013"),
    (0x43, "gfx1150"),
    (0x44, "gfx1103"),
    (0x45, "gfx1036"),
    (0x46, "gfx1101"),
    (0x47, "gfx1102"),
    (0x48, "gfx1200"),
    (0x49, "gfx1250"),
    (0x4a, "gfx1151"),
    (0x4b, "gfx941"),
    (0x4c, "gfx942"),
    (0x4e, "gfx1201"),
    (0x4f, "gfx950"),
    (0x51, "gfx9-generic"),
    (0x52, "gfx10-1-generic"),
    (0x53, "gfx10-3-generic"),
    (0x54, "gfx11-generic"),
    (0x55, "gfx1152"),
    (0x58, "gfx1153"),
    (0x59, "gfx12-generic"),
    (0x5a, "gfx1251"),
    (0x5b, "gfx12-5-generic"),
    (0x5f, "gfx9-4-generic"),
    (0x01, "r600"),
    (0x02, "r630"),
    (0x03, "rs880"),
    (0x04, "rv670"),
    (0x05, "rv710"),
    (0x06, "rv730"),
    (0x07, "rv770"),
    (0x08, "cedar"),
    (0x09, "cypress"),
    (0x0a, "juniper"),
    (0x0f, "cayman"),
    (0x10, "turks"),
];

/// The target as HIP's loader compares it, such as `gfx90a:sramecc+:xnack-`. A feature that works
/// either way is left out. `version` is the ABI version of the ELF header.
pub fn target(flags: u32, version: u8) -> String {
    let number = flags & MACH;
    let mut name = match NAMES.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => (*name).to_owned(),
        None => format!("gfx_mach_{number:#x}"),
    };
    // Since code object version 4 (ABI version 2) features have four states.
    if version >= 2 {
        for (feature, state) in [("sramecc", flags >> 10 & 3), ("xnack", flags >> 8 & 3)] {
            match state {
                2 => name += &format!(":{feature}-"),
                3 => name += &format!(":{feature}+"),
                _ => {}
            }
        }
    } else if version == 1 {
        for (feature, bit) in [("sramecc", 0x200), ("xnack", 0x100)] {
            if flags & bit != 0 {
                name += &format!(":{feature}+");
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_spelled_as_the_loader_spells_them() {
        assert_eq!(target(0x54c, 3), "gfx942");
        assert_eq!(target(0xe3f, 3), "gfx90a:sramecc+:xnack-");
        assert_eq!(target(0x0100_0151, 4), "gfx9-generic");
        assert_eq!(target(0x12f, 1), "gfx906:xnack+");
        assert_eq!(target(0xfe, 4), "gfx_mach_0xfe");
    }
}
