import { Secret } from "@mintmark/core/format";
import type { Command } from "commander";
import { Failure } from "@mintmark/terminal";
import { isObject } from "../api-answers.ts";
import { askStore } from "../ask-store.ts";
import { chooseLogin, type HostOptions, withHostOptions } from "../choose-login.ts";
import { type Context, openMemory } from "../context.ts";
import { requireStorage } from "../logins.ts";
import { serviceKeyAccount } from "../profile.ts";
import { readSecret } from "../prompt.ts";
import { KIND_NAME } from "../secret-shape.ts";
import { clientWith, withServiceKey } from "../service-key.ts";

export function addServiceKey(program: Command, context: Context): void {
  const parent = program.command("service-key").description("manage the key that mintmark verify uses");
  withHostOptions(parent.command("keep"))
    .description("store a service key for a host, after the host accepted it")
    .addHelpText(
      "after",
      "\nThe key is read from standard input, or typed without echo.\n\nExample:\n  mintmark service-key keep < key.txt",
    )
    .action((options: HostOptions) => keep(context, options));
  withHostOptions(parent.command("forget"))
    .description("delete the service key that is stored for a host")
    .action((options: HostOptions) => forget(context, options));
}

/** Stores nothing until the host has accepted the key. */
async function keep(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  await requireStorage(memory);
  const shape = await readSecret(context, "mintmark service-key keep", `Service key for ${login.host}`);
  if (!shape.ok) throw new Failure(shape.code, `this is not a service key: ${shape.why}`, "copy the whole key again");
  if (shape.kind !== "service_key") {
    throw new Failure("kind_unsupported", `this is a ${KIND_NAME[shape.kind]}, not a service key`);
  }
  const client = clientWith(login, shape.secret, "standard input");
  // The request verifies a text that is not a token. The host checks the key first, and no use is recorded.
  await withServiceKey(() => client.verify(new Secret("none"), {}, isObject));
  const store = await askStore(() => memory.credentials.save(serviceKeyAccount(login.host), shape.secret));
  output.result({ host: login.host, credential: { source: store.kind, place: store.place } }, () =>
    output.line(`The service key for ${login.host} is stored in ${store.place}`),
  );
}

async function forget(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const { host } = chooseLogin(context, memory.settings, options);
  const { store, isDeleted } = await memory.credentials.forget(serviceKeyAccount(host));
  output.result({ host, deleted: store !== null && isDeleted }, () => {
    if (store === null) output.line(`No service key was stored for ${host}`);
    else output.line(`The service key for ${host} was ${isDeleted ? `deleted from ${store.place}` : "forgotten"}`);
  });
  if (store !== null && !isDeleted) {
    output.warning("key_left", `the service key is still in ${store.place}, which does not respond`);
  }
}
