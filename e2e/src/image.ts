// Builds and runs the image of deploy/Dockerfile where no container engine is. Each stage is a folder over a Debian root, its
// steps run in it, and the image runs as the engine would run it with `--read-only --cap-drop ALL`: as its user, on a root
// file system that cannot be written, with a volume. Rule: an instruction that this file does not know fails.
import { readFileSync } from "node:fs";
import { cp, mkdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { debianRoot } from "../../tests/support/debian-root.ts";
import { type Finished, run, type Running, startProgram } from "./programs.ts";

const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));
const DOCKERFILE: string = join(ROOT, "deploy/Dockerfile");

interface Stage {
  /** The tag of the base image. */
  readonly base: string;
  readonly name: string | null;
  readonly steps: readonly (readonly [instruction: string, text: string])[];
}

export function readDockerfile(text: string = readFileSync(DOCKERFILE, "utf8")): readonly Stage[] {
  const stages: (Stage & { readonly steps: [string, string][] })[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, instruction = "", rest = ""] = /^([A-Z]+) (.+)$/.exec(line) ?? fail(`no instruction: ${line}`);
    if (instruction === "FROM") {
      const [, base = "", name = null] =
        /^(?:--platform=\$BUILDPLATFORM )?(\S+)(?: AS (\S+))?$/.exec(rest) ?? fail(line);
      stages.push({ base, name, steps: [] });
    } else (stages.at(-1) ?? fail("a step before FROM")).steps.push([instruction, rest]);
  }
  return stages;
}

/** A command that a test has done already: puts its outcome into the folder of the stage, instead of running it. */
export type Outcome = (root: string) => Promise<void>;

export interface Image {
  /** The settings of the last stage. */
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
  readonly healthcheck: readonly string[];
  /** Starts the image's program, with other arguments where there are some. `data` is the volume. */
  start(data: string, env?: Readonly<Record<string, string>>, args?: readonly string[]): Running;
  /** Runs a command in the image to its end, as its user. */
  run(data: string, command: readonly string[], env?: Readonly<Record<string, string>>): Promise<Finished>;
}

/** Builds the image in `folder`. `context` copies the files of the build's context to a folder. */
export async function buildImage(
  folder: string,
  context: (to: string) => Promise<void>,
  outcomes: Readonly<Record<string, Outcome>> = {},
): Promise<Image> {
  const built = new Map<string, string>();
  let last: Settings | null = null;
  let layers: readonly string[] = [];
  for (const [index, { base, name, steps }] of readDockerfile().entries()) {
    const release = /^node:\d+\.\d+\.\d+-([a-z]+)-slim$/.exec(base)?.[1] ?? fail(`not a pinned image of Node: ${base}`);
    const lower = await debianRoot(release);
    const [upper, work, mounted] = ["upper", "work", "mounted"].map((part) => join(folder, `${index}-${part}`)) as [
      string,
      string,
      string,
    ];
    for (const part of [upper, work, mounted]) await mkdir(part, { recursive: true });
    const settings: Settings = { workdir: "/", env: {}, user: "0:0", entrypoint: [], args: [], healthcheck: [] };
    for (const [instruction, text] of steps) {
      if (instruction === "RUN") {
        const command = text.replace(/^--mount=\S+ /, "");
        const outcome = outcomes[command];
        if (outcome === undefined) await step({ lower, upper, work, mounted }, settings, command);
        else await outcome(join(upper, settings.workdir));
      } else if (instruction === "COPY") await copy(text, upper, settings.workdir, built, context);
      else set(settings, instruction, text);
    }
    if (name !== null) built.set(name, upper);
    layers = [upper, ...lower];
    last = settings;
  }
  return imageOf(last ?? fail("no stage"), layers, join(folder, "image"));
}

interface Settings {
  workdir: string;
  env: Record<string, string>;
  user: string;
  entrypoint: readonly string[];
  args: readonly string[];
  healthcheck: readonly string[];
}

function set(settings: Settings, instruction: string, text: string): void {
  if (instruction === "WORKDIR") settings.workdir = text;
  else if (instruction === "USER") settings.user = text;
  else if (instruction === "ENTRYPOINT") settings.entrypoint = JSON.parse(text) as string[];
  else if (instruction === "CMD") settings.args = JSON.parse(text) as string[];
  else if (instruction === "HEALTHCHECK")
    settings.healthcheck = JSON.parse(/^(?:--\S+ )*CMD (\[.*\])$/.exec(text)?.[1] ?? fail(text)) as string[];
  else if (instruction === "ENV")
    for (const pair of text.split(" "))
      settings.env[pair.slice(0, pair.indexOf("="))] = pair.slice(pair.indexOf("=") + 1);
  else if (!["LABEL", "VOLUME", "EXPOSE"].includes(instruction)) fail(`an unknown instruction: ${instruction}`);
}

async function copy(
  text: string,
  upper: string,
  workdir: string,
  built: ReadonlyMap<string, string>,
  context: (to: string) => Promise<void>,
): Promise<void> {
  const [, stage, owner, from = "", to = ""] =
    /^(?:--from=(\S+) )?(?:--chown=(\d+:\d+) )?(\S+) (\S+)$/.exec(text) ?? fail(`COPY ${text}`);
  const target = join(upper, to.startsWith("/") ? "" : workdir, to);
  if (stage === undefined) {
    if (from !== "." || to !== ".") fail(`COPY ${text}`);
    await mkdir(target, { recursive: true });
    return context(target);
  }
  const source = join(built.get(stage) ?? fail(`no stage ${stage}`), from);
  const into =
    to.endsWith("/") && !(await stat(source)).isDirectory() ? join(target, from.slice(from.lastIndexOf("/"))) : target;
  await mkdir(dirname(into), { recursive: true });
  await cp(source, into, { recursive: true, verbatimSymlinks: true });
  if (owner !== undefined) await succeed(run("chown", ["-R", owner, into]));
}

/** The files of the checkout that the build's context has, by deploy/Dockerfile.dockerignore. */
export async function copyContext(to: string): Promise<void> {
  const patterns = readFileSync(`${DOCKERFILE}.dockerignore`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  // As the engine does: the last pattern that fits decides, and one for a folder fits what is in it.
  const isLeftOut = (path: string): boolean =>
    patterns.reduce((isOut, pattern) => {
      const isException = pattern.startsWith("!");
      return matches(path, isException ? pattern.slice(1) : pattern) ? !isException : isOut;
    }, false);
  const { stdout } = await run("git", ["-C", ROOT, "ls-files", "--cached", "--others", "--exclude-standard"]);
  for (const path of stdout.trim().split("\n")) if (!isLeftOut(path)) await cp(join(ROOT, path), join(to, path));
}

function matches(path: string, pattern: string): boolean {
  const segments = path.split("/");
  return segments.some((_, end) => matchesGlob(segments.slice(0, end + 1).join("/"), pattern));
}

interface Folders {
  readonly lower: readonly string[];
  readonly upper: string;
  readonly work: string;
  readonly mounted: string;
}

/** What a step may use of this machine: names, certificates, the registry's settings, and npm's cache, as an engine's cache mount. */
async function step({ lower, upper, work, mounted }: Folders, settings: Settings, command: string): Promise<void> {
  const npm = (name: string): Promise<Finished> => run("npm", ["config", "get", name]);
  const [cache, registry] = await Promise.all([npm("cache"), npm("registry")]);
  const script = [
    `mount -t overlay overlay -o lowerdir=${lower.join(":")},upperdir=${upper},workdir=${work} ${mounted}`,
    `mount --rbind /dev ${mounted}/dev`,
    `mount -t proc proc ${mounted}/proc`,
    `mount -t tmpfs tmpfs ${mounted}/tmp`,
    `mount --bind /etc/resolv.conf ${mounted}/etc/resolv.conf`,
    `mount --bind /etc/ssl ${mounted}/etc/ssl`,
    `mkdir -p ${cache.stdout.trim()} && mount --bind ${cache.stdout.trim()} ${mounted}/root/.npm`,
    `if [ -f ${homedir()}/.npmrc ]; then mount --bind ${homedir()}/.npmrc ${mounted}/root/.npmrc; fi`,
  ];
  const env = {
    ...BASE_ENV,
    ...settings.env,
    ...fromHere(/^(?:https?_proxy|no_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/i),
    HOME: "/root",
    npm_config_cache: "/root/.npm",
    npm_config_prefer_offline: "true",
    npm_config_registry: registry.stdout.trim(),
  };
  await succeed(enter(script, mounted, env, ["/bin/sh", "-ec", `cd ${settings.workdir}\n${command}`]));
}

function imageOf(settings: Settings, layers: readonly string[], mounted: string): Image {
  const [uid, gid] = settings.user.split(":");
  const prepare = (data: string): readonly string[] => [
    `mkdir -p ${mounted}`,
    // Without an upper folder the root file system is read-only.
    `mount -t overlay overlay -o lowerdir=${layers.join(":")} ${mounted}`,
    `mount --rbind /dev ${mounted}/dev`,
    `mount -t proc proc ${mounted}/proc`,
    `mount -t tmpfs tmpfs ${mounted}/tmp`,
    `mount --bind ${data} ${mounted}/data`,
  ];
  const asUser = (command: readonly string[]): readonly string[] => [
    "/usr/bin/setpriv",
    `--reuid=${uid}`,
    `--regid=${gid}`,
    "--clear-groups",
    "--no-new-privs",
    "--bounding-set=-all",
    "--inh-caps=-all",
    "/bin/sh",
    "-c",
    `cd ${settings.workdir} && exec "$@"`,
    "sh",
    ...command,
  ];
  const environment = (env: Readonly<Record<string, string>>) => ({ ...BASE_ENV, ...settings.env, ...env });
  return {
    env: settings.env,
    user: settings.user,
    healthcheck: settings.healthcheck,
    start: (data, env = {}, args = settings.args) =>
      startProgram(
        ...entering(prepare(data), mounted, environment(env), asUser([...settings.entrypoint, ...args])),
        {},
      ),
    run: (data, command, env = {}) => enter(prepare(data), mounted, environment(env), asUser(command)),
  };
}

const BASE_ENV = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" };

/** In a separate mount namespace, which takes its mounts with it when it ends. */
function entering(
  mounts: readonly string[],
  mounted: string,
  env: Readonly<Record<string, string>>,
  command: readonly string[],
): [string, string[]] {
  const pairs = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const script = [...mounts, 'exec chroot "$@"'].join("\n");
  return ["unshare", ["--mount", "sh", "-ec", script, "sh", mounted, "/usr/bin/env", "-i", ...pairs, ...command]];
}

function enter(...parameters: Parameters<typeof entering>): Promise<Finished> {
  return run(...entering(...parameters));
}

function fromHere(names: RegExp): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => names.test(entry[0]) && entry[1] !== undefined,
    ),
  );
}

async function succeed(running: Promise<Finished>): Promise<void> {
  const { code, stdout, stderr } = await running;
  if (code !== 0) throw new Error(`exit ${code}\n${stdout}${stderr}`);
}

function fail(reason: string): never {
  throw new Error(`deploy/Dockerfile: ${reason}`);
}
