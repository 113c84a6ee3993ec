// The framed page and the element around it, without a browser: what each takes from the other, the palette, and the
// token of the page.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, describe, it, mock } from "node:test";
import * as fc from "fast-check";
import { Problem } from "../src/api/problem.ts";
import type { RedeemedForPage } from "../src/api/hand-off.ts";
import { contrast, isDark, mix, paletteOf } from "../src/embed/colors.ts";
import { PageToken } from "../src/embed/page-token.ts";
import { type AskReason, codeOfLink, readFrameMessage, readHostMessage } from "../src/embed/protocol.ts";

const LOOK = {
  accent: "#6d28d9",
  background: "#ffffff",
  text: "#1f2937",
  radius: 6,
  fontSize: 15,
  fontFamily: '"Segoe UI", system-ui, sans-serif',
};

describe("readHostMessage()", () => {
  const look = (changes: object): unknown => readHostMessage({ mintmark: "look", look: { ...LOOK, ...changes } });

  it("takes a look of colours, lengths and names of fonts", () => {
    assert.deepEqual(readHostMessage({ mintmark: "look", look: LOOK }), { mintmark: "look", look: LOOK });
    assert.ok(look({ accent: null, radius: null, fontFamily: "Łódź Sans, 游ゴシック" }));
  });

  it("takes no other CSS, whatever it is called", () => {
    const colors = ["red", "#fff", "#FFFFFF", "#ffffff;", "rgb(0,0,0)", "var(--x)", "url(//evil.example)", "", 0, {}];
    for (const color of colors) {
      assert.equal(look({ background: color }), null, JSON.stringify(color));
      assert.equal(look({ text: color }), null, JSON.stringify(color));
      assert.equal(look({ accent: color }), null, JSON.stringify(color));
    }
    for (const fontFamily of ["a;b", "url(x)", "a{}", "a\\", "a\n", "expression(1)", "a".repeat(301), null])
      assert.equal(look({ fontFamily }), null, String(fontFamily));
    for (const length of ["6px", Number.NaN, Number.POSITIVE_INFINITY, undefined, {}]) {
      assert.equal(look({ radius: length }), null);
      assert.equal(look({ fontSize: length }), null);
    }
  });

  it("keeps lengths within bounds, and drops what it does not know", () => {
    assert.deepEqual(look({ radius: 1000, fontSize: 1, extra: "x" }), {
      mintmark: "look",
      look: { ...LOOK, radius: 32, fontSize: 10 },
    });
    assert.deepEqual(look({ radius: -5, fontSize: 99 }), {
      mintmark: "look",
      look: { ...LOOK, radius: 0, fontSize: 24 },
    });
  });

  it("takes the code of a hand-off, or that there is none", () => {
    const code = "0123456789abcdef".repeat(4);
    assert.deepEqual(readHostMessage({ mintmark: "hand-off", code, more: 1 }), { mintmark: "hand-off", code });
    assert.deepEqual(readHostMessage({ mintmark: "hand-off", code: null }), { mintmark: "hand-off", code: null });
    for (const wrong of ["", "short", "a b".repeat(20), "<script>".repeat(4), 5, undefined, {}])
      assert.equal(readHostMessage({ mintmark: "hand-off", code: wrong }), null);
  });

  it("ignores everything else that a window can be sent", () => {
    fc.assert(fc.property(fc.anything(), (data) => readHostMessage(data) === null));
  });
});

describe("readFrameMessage()", () => {
  it("takes a height within bounds, and a question with a known reason", () => {
    assert.deepEqual(readFrameMessage({ mintmark: "height", height: 160.2 }), { mintmark: "height", height: 161 });
    assert.deepEqual(readFrameMessage({ mintmark: "height", height: 1e9 }), { mintmark: "height", height: 8000 });
    assert.deepEqual(readFrameMessage({ mintmark: "height", height: -1 }), { mintmark: "height", height: 32 });
    for (const height of ["160", "100vh", Number.NaN, null, undefined, {}])
      assert.equal(readFrameMessage({ mintmark: "height", height }), null);
    assert.deepEqual(readFrameMessage({ mintmark: "ask", reason: "start" }), { mintmark: "ask", reason: "start" });
    for (const reason of ["constructor", "", null, 1])
      assert.equal(readFrameMessage({ mintmark: "ask", reason }), null);
    fc.assert(fc.property(fc.anything(), (data) => readFrameMessage(data) === null));
  });
});

it("codeOfLink() takes a code only from a link to this origin, and only from its fragment", () => {
  const origin = "https://mintmark.example.com";
  const code = "0123456789abcdef".repeat(4);
  assert.equal(codeOfLink(`${origin}/hand-off#code=${code}`, origin), code);
  const wrong = [
    `https://evil.example/hand-off#code=${code}`,
    `${origin}.evil.example/hand-off#code=${code}`,
    `http://mintmark.example.com/hand-off#code=${code}`,
    `${origin}/hand-off?code=${code}`,
    `${origin}/hand-off#code=`,
    `/hand-off#code=${code}`,
    `javascript:alert(1)#code=${code}`,
    "",
    null,
    undefined,
    { url: origin },
  ];
  for (const link of wrong) assert.equal(codeOfLink(link, origin), null, JSON.stringify(link));
});

describe("paletteOf()", () => {
  const color = fc.integer({ min: 0, max: 0xff_ff_ff }).map((value) => `#${value.toString(16).padStart(6, "0")}`);

  it("has text that can be read, whatever the host's colours are", () => {
    const readable = fc.property(color, color, fc.option(color), (background, text, accent) => {
      const palette = paletteOf({ background, text, accent });
      const of = (name: string): string => palette[name] ?? assert.fail(name);
      const pairs = [
        ["ink", "surface"],
        ["soft", "surface"],
        ["soft", "sunken"],
        ["faint", "surface"],
        ["mint", "surface"],
        ["mint", "mint-wash"],
        ["on-mint", "mint"],
        ["on-fill", "fill"],
        ["on-fill", "fill-strong"],
        ["brass", "brass-wash"],
        ["rust", "rust-wash"],
        ["rust", "surface"],
      ] as const;
      for (const [one, other] of pairs) {
        const ratio = contrast(of(one), of(other));
        assert.ok(ratio >= 4.49, `${one} on ${other}: ${ratio}`);
      }
      assert.ok(contrast(of("control"), of("surface")) >= 3);
      for (const value of Object.values(palette)) assert.match(value, /^#[0-9a-f]{6}$/);
    });
    fc.assert(readable, { numRuns: 300 });
  });

  it("keeps the host's colours where they can be read", () => {
    const palette = paletteOf(LOOK);
    assert.deepEqual([palette["ink"], palette["mint"], palette["fill"]], [LOOK.text, LOOK.accent, LOOK.accent]);
    assert.equal(paletteOf({ ...LOOK, accent: "#ffd700" })["fill"], "#ffd700", "a light accent too, under dark text");
    assert.equal(paletteOf({ ...LOOK, accent: "#ffd700" })["on-fill"], "#000000");
  });

  it("tells light from dark by the text and what is behind it", () => {
    assert.equal(isDark(LOOK), false);
    assert.equal(isDark({ text: "#e5e7eb", background: "#0b1020" }), true);
    assert.equal(mix("#ffffff", "#000000", 0.5), "#808080");
  });

  it("sets only colours that the style sheet has", () => {
    const styles = readFileSync(new URL("../src/ui/styles.css", import.meta.url), "utf8");
    for (const name of Object.keys(paletteOf(LOOK))) assert.ok(styles.includes(`--color-${name}:`), name);
  });
});

describe("the token of the page", () => {
  const MINUTE = 60_000;
  let asked: AskReason[] = [];
  afterEach(() => {
    asked = [];
    mock.restoreAll();
  });

  interface Script {
    readonly holders?: readonly string[];
    readonly isRefused?: (authorization: string | null) => boolean;
  }

  /** A page whose host makes hand-offs, for these holders one after the other; `none` makes none. */
  function stage({ holders = [], isRefused = () => false }: Script = {}) {
    const sent: Request[] = [];
    mock.method(globalThis, "fetch", async (request: Request) => {
      sent.push(request);
      return new Response("{}", { status: isRefused(request.headers.get("Authorization")) ? 401 : 200 });
    });
    const onOtherHolder = mock.fn();
    const token = new PageToken({
      askForCode: async (reason) => {
        asked.push(reason);
        if (holders[asked.length - 1] === "none")
          throw new Problem({ status: 0, code: "hand_off_missing", title: "none", detail: "" });
        return `code-${asked.length}`;
      },
      redeem: async (code) =>
        ({
          pageToken: `token-of-${code}`,
          session: {
            user: { id: holders[asked.length - 1] ?? "ada" },
            organization: { membershipId: "mem_1" },
          },
        }) as unknown as RedeemedForPage,
      onOtherHolder,
    });
    const post = (): Promise<Response> =>
      token.send(
        new Request("http://x.example/api/t", { method: "POST", body: '{"name":"typed"}', credentials: "include" }),
      );
    const bearers = (): (string | null)[] => sent.map(({ headers }) => headers.get("Authorization"));
    return { token, post, sent, bearers, onOtherHolder };
  }

  it("is in every request, and no cookie is", async () => {
    const { post, sent, bearers } = stage();
    await Promise.all([post(), post()]);
    assert.deepEqual(bearers(), ["Bearer token-of-code-1", "Bearer token-of-code-1"]);
    assert.deepEqual(asked, ["start"], "both share one hand-off");
    assert.ok(sent.every(({ credentials }) => credentials === "omit"));
  });

  it("is renewed when it is refused, and the request is sent again with what was typed", async () => {
    const { post, sent, bearers } = stage({ isRefused: (bearer) => bearer === "Bearer token-of-code-1" });
    assert.equal((await post()).status, 200);
    assert.deepEqual(bearers(), ["Bearer token-of-code-1", "Bearer token-of-code-2"]);
    assert.deepEqual(asked, ["start", "renewal"]);
    assert.equal(await sent[1]?.text(), '{"name":"typed"}');
  });

  it("is renewed before it ends, and a refusal of the fresh one is final", async () => {
    const { post, bearers } = stage();
    await post();
    const now = Date.now();
    mock.method(Date, "now", () => now + 15 * MINUTE - 5000);
    await post();
    assert.deepEqual(bearers(), ["Bearer token-of-code-1", "Bearer token-of-code-2"]);
    const refused = stage({ isRefused: () => true });
    assert.equal((await refused.post()).status, 401);
    assert.equal(refused.sent.length, 2);
  });

  it("is lost when the host makes no hand-off, until it makes one", async () => {
    const { token, post, sent } = stage({ holders: ["none", "ada"] });
    const changes: boolean[] = [];
    token.subscribe(() => changes.push(token.isLost()));
    await assert.rejects(post(), { code: "hand_off_missing" });
    assert.equal(sent.length, 0);
    await post();
    assert.deepEqual(changes, [true, false]);
  });

  it("never sends for another person what was typed for this one", async () => {
    const { post, bearers, onOtherHolder } = stage({
      holders: ["ada", "bob"],
      isRefused: (bearer) => bearer === "Bearer token-of-code-1",
    });
    void post();
    while (onOtherHolder.mock.callCount() === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(bearers(), ["Bearer token-of-code-1"]);
  });
});
