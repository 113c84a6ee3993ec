/** What the browser's tab says. The page comes first: tabs are narrow. */
export function pageTitle(page: string): string {
  return `${page} · Mintmark`;
}
