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
