// The anchors of headings. They are those that GitHub gives, so that a link works there and here.

/** Answers the anchor of each heading of one document, in the order of the headings: a repeated one is numbered. */
export function createAnchors(): (heading: string) => string {
  const taken = new Set<string>();
  return (heading) => {
    const slug = slugOf(heading);
    let anchor = slug;
    for (let repeated = 1; taken.has(anchor); repeated++) anchor = `${slug}-${repeated}`;
    taken.add(anchor);
    return anchor;
  };
}

/** `heading` is its Markdown. */
function slugOf(heading: string): string {
  return heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(/\s/g, "-");
}
