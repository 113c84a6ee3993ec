// The custom element `<mintmark-tokens>`, which a host's page loads from `/embed/mintmark.js`. It frames the page of
// tokens, tells it the look of the host's page, gives it a hand-off when it asks, and takes its height.
// Rule: it depends on nothing, defines nothing but the element, and writes nothing to the console but why there is no
// hand-off. The code of a hand-off goes to the frame in a message, and is in no address.
import { hexOf, isDark, mix } from "./colors.ts";
import { type AskReason, codeOfLink, type HostLook, type HostMessage, readFrameMessage } from "./protocol.ts";

/** Where this script came from: the only origin that is framed and that gets a hand-off. */
const HOME = new URL(import.meta.url).origin;
const PATIENCE_MS = 15_000;
const WHITE = "#ffffff";
const TRANSPARENT = /[,/] ?0\)$/;
const NOT_IN_FONTS = /[^\p{L}\p{N} ,"'_-]/gu;

type HandOff = string | { readonly url: string };

class MintmarkTokens extends HTMLElement {
  /** The look; each is also a custom property with the prefix `--mintmark-`. */
  static readonly observedAttributes = ["accent", "background", "text", "radius", "font"];

  /** In place of the attribute `hand-off-url`: resolves with the answer of the host's server, or with its `url`. */
  declare getHandOff?: (reason: AskReason) => Promise<HandOff>;

  #frame = create("iframe", { allow: "clipboard-write", referrerPolicy: "no-referrer" });
  /** Follows what the element inherits: each change of it begins a transition. */
  #probe = create("i", {});
  /** Computes values. It is not drawn, so nothing moves. */
  #scale = create("b", {});
  #failure = create("p", { role: "alert", hidden: true });
  #ending?: AbortController;
  #late?: ReturnType<typeof setTimeout>;
  #sent = "";
  #isAsked = false;
  #following = 0;

  constructor() {
    super();
    const shadow = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      ":host{display:block}:host([hidden]){display:none}iframe{display:block;width:calc(100% + 8px);margin:-4px;border:0;height:12em}" +
        "i{position:absolute;visibility:hidden;transition:1ms;background:var(--mintmark-background);outline-color:var(--mintmark-accent)}b{display:none}",
    );
    shadow.adoptedStyleSheets = [sheet];
    const link = {
      href: `${HOME}/settings/tokens`,
      target: "_blank",
      rel: "noopener",
      textContent: "Open in a new tab",
    };
    this.#failure.append("Your tokens could not be shown here. ", create("a", link));
    shadow.append(this.#probe, this.#scale, this.#frame, this.#failure);
  }

  connectedCallback(): void {
    this.#ending = new AbortController();
    const follow = (): void => this.#follow();
    const on = (target: EventTarget, type: string, listener: (event: never) => void): void =>
      target.addEventListener(type, listener as EventListener, this.#ending);
    on(window, "message", (event: MessageEvent) => this.#take(event));
    on(document, "transitionend", follow);
    on(this.#probe, "transitionrun", follow);
    const changes = new MutationObserver(follow);
    for (const node of fromHereUp(this)) if (node !== this) changes.observe(node, { attributes: true });
    on(this.#ending.signal, "abort", () => changes.disconnect());
    const frame = this.#frame;
    frame.title = this.getAttribute("label") ?? "Personal access tokens";
    frame.style.visibility = "hidden";
    on(frame, "load", () => {
      this.#sent = "";
      follow();
    });
    frame.src = `${HOME}/embed/tokens`;
    this.#late = setTimeout(() => (this.#failure.hidden = false), PATIENCE_MS);
  }

  disconnectedCallback(): void {
    this.#ending?.abort();
    clearTimeout(this.#late);
    cancelAnimationFrame(this.#following);
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#follow();
  }

  #take({ source, origin, data }: MessageEvent): void {
    if (source !== this.#frame.contentWindow || origin !== HOME) return;
    const message = readFrameMessage(data);
    if (message?.mintmark === "ask") void this.#handOff(message.reason);
    if (message?.mintmark !== "height") return;
    clearTimeout(this.#late);
    this.#failure.hidden = true;
    this.#frame.style.height = `${message.height}px`;
    this.#frame.style.visibility = "";
  }

  #send(message: HostMessage): void {
    this.#frame.contentWindow?.postMessage(message, HOME);
  }

  /** Asks the host, once at a time, and sends `null` when it has no hand-off. */
  async #handOff(reason: AskReason): Promise<void> {
    if (this.#isAsked) return;
    this.#isAsked = true;
    let code: string | null = null;
    try {
      const answer = await (this.getHandOff?.(reason) ?? this.#fetchHandOff(reason));
      code = codeOfLink(typeof answer === "string" ? answer : answer.url, HOME);
      if (code === null) throw new Error(`the answer has no url of a hand-off at ${HOME}`);
    } catch (error) {
      // oxlint-disable-next-line no-console -- the developer of the host looks here
      console.error("mintmark-tokens:", error);
    }
    this.#isAsked = false;
    this.#send({ mintmark: "hand-off", code });
  }

  /** JSON, so that no form of another site can send the same request. */
  async #fetchHandOff(reason: AskReason): Promise<HandOff> {
    const url = this.getAttribute("hand-off-url");
    if (url === null) throw new Error("set hand-off-url or getHandOff");
    const response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json" },
      body: JSON.stringify({ reason }),
    });
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    return (await response.json()) as HandOff;
  }

  /** Tells the frame the look of the host's page, if it has changed. */
  #follow(): void {
    cancelAnimationFrame(this.#following);
    this.#following = requestAnimationFrame(() => {
      const look = this.#look();
      const text = JSON.stringify(look);
      if (text === this.#sent) return;
      this.#sent = text;
      // A frame is transparent only if its page has the same colour scheme.
      this.#frame.style.colorScheme = isDark(look) ? "dark" : "light";
      this.#send({ mintmark: "look", look });
    });
  }

  #look(): HostLook {
    const own = getComputedStyle(this);
    const wanted = (name: string): string =>
      this.getAttribute(name) ?? own.getPropertyValue(`--mintmark-${name}`).trim();
    const background = this.#hex(wanted("background"), WHITE) ?? this.#backdrop();
    const { style } = this.#scale;
    style.borderRadius = wanted("radius");
    const corner = getComputedStyle(this.#scale).borderTopLeftRadius;
    return {
      accent: this.#hex(wanted("accent"), background) ?? this.#hex(own.accentColor, background),
      background,
      text: this.#hex(wanted("text"), background) ?? this.#hex(own.color, background) ?? "#000000",
      radius: style.borderRadius === "" ? null : parseFloat(corner),
      fontSize: parseFloat(own.fontSize),
      fontFamily: (wanted("font") || own.fontFamily).replaceAll(NOT_IN_FONTS, "").slice(0, 300),
    };
  }

  /** The colour behind the element: of the nearest ancestor that has one, or of an empty page. */
  #backdrop(): string {
    const canvas = this.#hex("Canvas", WHITE) ?? WHITE;
    for (const node of fromHereUp(this)) {
      const { backgroundColor } = getComputedStyle(node);
      if (!TRANSPARENT.test(backgroundColor)) return this.#hex(backgroundColor, canvas) ?? canvas;
    }
    return canvas;
  }

  /** Any colour of CSS as `#rrggbb`, laid over another; `null` for what is no colour. */
  #hex(color: string, under: string): string | null {
    const { style } = this.#scale;
    style.color = "";
    // A mixture is computed to `color(srgb red green blue / alpha)`, whatever the colour is written in.
    style.color = `color-mix(in srgb,${color},${color})`;
    if (style.color === "") return null;
    const numbers =
      getComputedStyle(this.#scale)
        .color.slice(11)
        .match(/-?[\d.]+(e-?\d+)?/g) ?? [];
    const [red = 0, green = 0, blue = 0, alpha = 1] = numbers.map(Number);
    return mix(hexOf([red, green, blue]), under, alpha);
  }
}

function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]>,
): HTMLElementTagNameMap[Name] {
  return Object.assign(document.createElement(name), properties);
}

/** The element and those around it, also across the edge of a shadow tree. */
function fromHereUp(element: Element): Element[] {
  const root = element.getRootNode();
  const above = element.assignedSlot ?? element.parentElement ?? (root instanceof ShadowRoot ? root.host : null);
  return above === null ? [element] : [element, ...fromHereUp(above)];
}

if (customElements.get("mintmark-tokens") === undefined) customElements.define("mintmark-tokens", MintmarkTokens);
