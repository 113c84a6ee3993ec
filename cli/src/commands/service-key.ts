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
  const parent = program.command("service-key").description("the key that mintmark verify asks with");
  withHostOptions(parent.command("keep"))
    .description("keep a service key for a host, after asking the host whether it is good")
    .addHelpText(
      "after",
      "\nThe key is read from standard input, or typed without echo.\n\nExample:\n  mintmark service-key keep < key.txt",
    )
    .action((options: HostOptions) => keep(context, options));
  withHostOptions(parent.command("forget"))
    .description("delete the service key that is kept for a host")
    .action((options: HostOptions) => forget(context, options));
}

/** Nothing is kept before the host has said that the key is good. */
async function keep(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const login = chooseLogin(context, memory.settings, options);
  await requireStorage(memory);
  const shape = await readSecret(context, "mintmark service-key keep", `Service key for ${login.host}`);
  if (!shape.ok) throw new Failure(shape.code, `this is no service key: ${shape.why}`, "copy the whole key again");
  if (shape.kind !== "service_key") {
    throw new Failure("kind_unsupported", `this is a ${KIND_NAME[shape.kind]} and no service key`);
  }
  const client = clientWith(login, shape.secret, "standard input");
  // What is no token is asked about: the key is judged first, and the question is nobody's use.
  await withServiceKey(() => client.verify(new Secret("none"), {}, isObject));
  const store = await askStore(() => memory.credentials.save(serviceKeyAccount(login.host), shape.secret));
  output.result({ host: login.host, credential: { source: store.kind, place: store.place } }, () =>
    output.line(`The service key for ${login.host} is kept in ${store.place}`),
  );
}

async function forget(context: Context, options: HostOptions): Promise<void> {
  const { output } = context;
  const memory = openMemory(context);
  const { host } = chooseLogin(context, memory.settings, options);
  const store = await askStore(() => memory.credentials.delete(serviceKeyAccount(host)));
  output.result({ host, deleted: store !== null }, () =>
    output.line(
      store === null
        ? `No service key was kept for ${host}`
        : `The service key for ${host} was deleted from ${store.place}`,
    ),
  );
}
