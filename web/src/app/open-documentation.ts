/** The guides are pages of their own. They open beside the app, where a form or a secret that is shown once may stand. */
export function openDocumentation(): void {
  window.open("/docs", "_blank", "noopener");
}
