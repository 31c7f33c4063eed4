# GENERATED from spec/build.toml. Change that file, then run `make generate`.
# Every flag and every pin of the two libraries; reference-impl/Makefile has only the steps.
ASTRA_VERSION := 0.1.1
ASTRA_SONAME := libastra.so.0.1
ASTRA_RUST_VERSION := 1.95.0
ASTRA_ZIG_VERSION := 0.17.1
ASTRA_TARGETS := x86_64 aarch64
ASTRA_LINK_TARGET_x86_64 := x86_64-linux-gnu.2.17
ASTRA_RUST_TARGET_x86_64 := x86_64-unknown-linux-gnu
ASTRA_CPU_CFLAGS_x86_64 := -mcpu=x86_64
ASTRA_CPU_RUSTFLAGS_x86_64 := -Ctarget-cpu=x86-64
ASTRA_LINK_TARGET_aarch64 := aarch64-linux-gnu.2.17
ASTRA_RUST_TARGET_aarch64 := aarch64-unknown-linux-gnu
ASTRA_CPU_CFLAGS_aarch64 := -mcpu=generic
ASTRA_CPU_RUSTFLAGS_aarch64 := -Ctarget-cpu=generic
ASTRA_CFLAGS := -std=c11 -O2 -g -gdwarf-4 -fPIC -fvisibility=hidden -ffp-contract=off -fno-fast-math -fno-sanitize=undefined -fno-stack-protector -ffunction-sections -fdata-sections -Wall -Wextra -Werror
ASTRA_LDFLAGS := -Wl,-Bsymbolic -Wl,--build-id=sha1 -Wl,--fatal-warnings -Wl,--gc-sections -Wl,--hash-style=gnu -Wl,-z,defs -Wl,-z,noexecstack -Wl,-z,now -Wl,-z,relro
ASTRA_RUSTFLAGS := -Cdwarf-version=4 -Cforce-unwind-tables=yes -Crelocation-model=pic
