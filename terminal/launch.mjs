// Starts a program of Mintmark: from the sources in a checkout, or from `dist` in an installed package, which has no
// sources. It is plain JavaScript that old versions of Node can parse, so that it can refuse them with a clear message.
// It takes Node's modules with getBuiltinModule, because an import would load everything they export, which takes 7 ms.

/**
 * Calls `main(args)` of the program in the package at the URL `folder`. `entry` is its file without the extension,
 * relative to `src` and to `dist`.
 */
export async function launch(folder, entry) {
  refuseOldNode();
  const args = process.argv.slice(2);
  // Scripts often ask for the version first, so nothing else is loaded for it.
  if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) return printVersion(folder);
  const { existsSync } = process.getBuiltinModule("node:fs");
  const { enableCompileCache, registerHooks } = process.getBuiltinModule("node:module");
  const { fileURLToPath } = process.getBuiltinModule("node:url");
  const source = new URL(`src/${entry}.ts`, folder);
  const isCheckout = existsSync(source);
  if (isCheckout) {
    // The sources of the workspace packages need the condition `development`, and no flag can set it here.
    registerHooks({
      resolve: (specifier, context, next) =>
        next(specifier, { ...context, conditions: [...context.conditions, "development"] }),
    });
  }
  // Types are stripped once, not at every start. The cache is as trusted as the code, so it is stored next to the code.
  const cache = isCheckout ? fileURLToPath(new URL("../node_modules/.cache/compile", folder)) : ownCache();
  if (cache !== null) enableCompileCache(cache);
  const { main } = await import(isCheckout ? source.href : new URL(`dist/${entry}.js`, folder).href);
  await main(args);
}

/** Node 24.7 is the first version with argon2 in node:crypto. */
function refuseOldNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 7)) return;
  process.stderr.write(`mintmark: error: Node ${process.version} is too old\n`);
  process.stderr.write(
    "mintmark: hint: install Node 24.7 or newer (in a checkout, `npx mintmark` uses the pinned one)\n",
  );
  process.exit(1);
}

function printVersion(folder) {
  const { readFileSync, writeSync } = process.getBuiltinModule("node:fs");
  const { version } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  try {
    writeSync(1, `${version}\n`);
  } catch (error) {
    // The reader may stop reading, as `head` does.
    if (error.code === "EPIPE") return;
    process.stderr.write(`mintmark: error: cannot write the output: ${error.message}\n`);
    process.exitCode = 1;
  }
}

/**
 * The folder for compiled code between two runs. Nobody else can write to it, because its content is executed. Node's
 * default, the system's temporary folder, is shared by all users. Without a folder the command starts more slowly.
 */
function ownCache() {
  const { existsSync, mkdirSync, statSync } = process.getBuiltinModule("node:fs");
  const { homedir } = process.getBuiltinModule("node:os");
  const { isAbsolute, join } = process.getBuiltinModule("node:path");
  const { XDG_CACHE_HOME: given = "", LOCALAPPDATA: local } = process.env;
  try {
    // A user may have no home folder.
    const home = isAbsolute(given) ? given : (local ?? join(homedir(), ".cache"));
    const folder = join(home, "mintmark", "compiled");
    // One by one: `recursive` never returns below a folder such as /proc/self, in which none can be made.
    for (const made of [home, join(home, "mintmark"), folder]) if (!existsSync(made)) mkdirSync(made, { mode: 0o700 });
    const { uid, mode } = statSync(folder);
    const isOwn = process.platform === "win32" || (uid === process.geteuid() && (mode & 0o022) === 0);
    return isOwn ? folder : null;
  } catch {
    return null;
  }
}
