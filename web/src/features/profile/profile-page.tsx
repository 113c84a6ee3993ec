// The person's own account: name, email, password, and its end. Each is a section with a form of its own,
// so that saving one never sends another. Rule: whatever changes how one signs in asks for the password.
// Deliberately absent: tokens and sessions, which are pages of their own.
import type { ReactElement } from "react";
import { Page } from "../../ui/page.tsx";
import { DeleteAccountSection } from "./delete-account-section.tsx";
import { EmailSection } from "./email-section.tsx";
import { NameSection } from "./name-section.tsx";
import { PasswordSection } from "./password-section.tsx";

export function ProfilePage(): ReactElement {
  return (
    <Page title="Profile" lead="Your account on this server, in every organization.">
      <div className="grid gap-8">
        <NameSection />
        <EmailSection />
        <PasswordSection />
        <DeleteAccountSection />
      </div>
    </Page>
  );
}
