# Astra for Nix: both libraries, the gate, a shell with the tools, and a check of all.
#
# What is proved: tests/meta/test_flake.py evaluates every output against the small stand-in
# for nixpkgs in tests/nix/stub, and builds both libraries with the phases below, on the
# host's tools, to the bytes that `make` gives.
# What is not: that nixpkgs has each package by the name used here, that its zig and Rust
# are the pinned ones, that astra-abi builds, or anything inside Nix's sandbox. Where versions
# differ, reference-impl/ says so (Rust) or refuses (zig).
#
# There is no flake.lock: only a machine that reaches nixpkgs can make a true one, and an
# invented one would claim a pin that nobody built. `nix flake lock` makes yours.
{
  description = "Tensor runtimes whose ABI cannot silently break";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = { self, nixpkgs }:
    let
      inherit (builtins) attrNames fromTOML head listToAttrs match readFile replaceStrings;

      contract = fromTOML (readFile ./spec/contract.toml);
      build = fromTOML (readFile ./spec/build.toml);
      project = (fromTOML (readFile ./tools/pyproject.toml)).project;

      each = make: listToAttrs (map
        (arch: {
          name = "${arch}-linux";
          value = make nixpkgs.legacyPackages."${arch}-linux";
        })
        (attrNames build.floor.cpu));

      # zig 0.17.1 is zig_0_17 where nixpkgs has it.
      zigFor = pkgs:
        let line = head (match "([0-9]+\\.[0-9]+).*" build.compilers.zig);
        in pkgs."zig_${replaceStrings [ "." ] [ "_" ] line}" or pkgs.zig;

      library = pkgs: attrs: pkgs.stdenv.mkDerivation ({
        inherit (contract) version;
        src = ./.;
        cargoRoot = "reference-impl";
        cargoDeps = pkgs.rustPlatform.importCargoLock { lockFile = ./reference-impl/Cargo.lock; };
        nativeBuildInputs = [ pkgs.rustPlatform.cargoSetupHook pkgs.cargo pkgs.rustc (zigFor pkgs) ];
        preBuild = ''
          export ZIG=zig ZIG_GLOBAL_CACHE_DIR=$TMPDIR/zig
        '';
        # The bytes are the contract's: nothing may strip or patch them afterwards.
        dontStrip = true;
        dontPatchELF = true;
      } // attrs);

      packagesFor = pkgs: rec {
        default = astra;

        astra = library pkgs {
          pname = "astra";
          buildPhase = ''
            runHook preBuild
            make build
          '';
          installPhase = ''
            make install PREFIX=$out
          '';
        };

        oracle = library pkgs {
          pname = "astra-oracle";
          buildPhase = ''
            runHook preBuild
            make -C reference-impl oracle
          '';
          installPhase = ''
            mkdir -p $out/lib
            cp build/oracle/libastra_oracle.so build/oracle/libastra_oracle.so.debug $out/lib/
          '';
        };

        astra-abi = pkgs.python3Packages.buildPythonApplication {
          pname = project.name;
          inherit (contract) version;
          pyproject = true;
          src = ./.;
          sourceRoot = "source/tools";
          cargoRoot = "native";
          cargoDeps = pkgs.rustPlatform.importCargoLock { lockFile = ./tools/native/Cargo.lock; };
          nativeBuildInputs = [ pkgs.rustPlatform.cargoSetupHook pkgs.cargo pkgs.rustc ];
          build-system = [ pkgs.python3Packages.maturin ];
          # nixpkgs has its own versions; only the names are taken from pyproject.toml.
          pythonRelaxDeps = true;
          dependencies = map
            (requirement: pkgs.python3Packages.${head (match "([A-Za-z0-9_-]+).*" requirement)})
            project.dependencies;
        };
      };
    in
    {
      packages = each packagesFor;

      devShells = each (pkgs: {
        default = pkgs.mkShell {
          packages = [ pkgs.git pkgs.gnumake pkgs.binutils pkgs.python3 pkgs.cargo pkgs.rustc pkgs.clang (zigFor pkgs) ];
        };
      });

      checks = each (pkgs:
        let built = packagesFor pkgs; in
        {
          inherit (built) astra oracle astra-abi;
          contract = pkgs.runCommand "astra-contract" { nativeBuildInputs = [ built.astra-abi ]; } ''
            astra-abi check ${built.astra}/lib/libastra.so
            astra-abi check ${built.oracle}/lib/libastra_oracle.so
            touch $out
          '';
        });
    };
}
