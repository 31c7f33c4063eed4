# A stand-in for nixpkgs, small enough to read. It has the names that Astra's flake uses
# and nothing else, so a misspelt name fails here. mkDerivation runs the phases for real,
# with the tools of the host (its PATH, hence `--impure`); tool packages are empty.
{
  outputs = { self }:
    let
      pkgsFor = system:
        let
          make = name: script: derivation {
            inherit name system;
            builder = "/bin/sh";
            args = [ "-euc" script ];
            PATH = builtins.getEnv "PATH";
            HOME = builtins.getEnv "HOME";
          };
          tool = name: make name "mkdir $out";
          phases = { pname, version, src, buildPhase, installPhase, preBuild ? "", nativeBuildInputs ? [ ], ... }:
            make "${pname}-${version}" ''
              : ${toString nativeBuildInputs}
              cp -r ${src} source
              chmod -R u+w source
              cd source
              runHook() { case $1 in preBuild) ${preBuild} ;; esac; }
              ${buildPhase}
              ${installPhase}
            '';
          named = names: builtins.listToAttrs (map (name: { inherit name; value = tool name; }) names);
        in
        named [ "binutils" "cargo" "clang" "git" "gnumake" "python3" "rustc" "zig" ] // {
          stdenv.mkDerivation = phases;
          mkShell = { packages }: make "shell" ": ${toString packages}; mkdir $out";
          runCommand = name: { nativeBuildInputs }: script: make name ": ${toString nativeBuildInputs}\n${script}";
          rustPlatform = {
            cargoSetupHook = tool "cargo-setup-hook";
            # The real one vendors what the lock file names: it must at least be one.
            importCargoLock = { lockFile }:
              builtins.seq (builtins.fromTOML (builtins.readFile lockFile)).version (tool "cargo-deps");
          };
          python3Packages = named [ "auditwheel" "cffi" "click" "hypothesis" "jsonschema" "libclang" "maturin" "numpy" "pcpp" "pycparser" "pytest" "referencing" "rich" ] // {
            buildPythonApplication =
              { pname, version, pyproject, src, sourceRoot, cargoRoot, cargoDeps, nativeBuildInputs, build-system, pythonRelaxDeps, dependencies }:
              make "${pname}-${version}" ": ${src} ${cargoDeps} ${toString (nativeBuildInputs ++ build-system ++ dependencies)}; mkdir $out";
          };
        };
    in
    {
      legacyPackages = {
        x86_64-linux = pkgsFor "x86_64-linux";
        aarch64-linux = pkgsFor "aarch64-linux";
      };
    };
}
