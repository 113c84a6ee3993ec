/** The mail server did not take a letter. Apart from the mailer, which is loaded only where mail is configured. */
export class MailUnavailable extends Error {
  override readonly name = "MailUnavailable";
}
