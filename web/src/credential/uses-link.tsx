import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Sparkline } from "../chart/sparkline.tsx";

/** The page that tells all of a credential. */
type CredentialPlace =
  | { readonly to: "/settings/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/api-keys/$keyId"; readonly params: { readonly keyId: string } };

interface UsesLinkProps {
  readonly place: CredentialPlace;
  readonly name: string;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
}

/** A month of uses, which leads to how the credential was used at all. */
export function UsesLink({ place, name, uses }: UsesLinkProps): ReactElement {
  return (
    <Link {...place} className="inline-block rounded-control py-0.5 align-top hover:bg-sunken">
      <span className="sr-only">
        How <bdi>{name}</bdi> was used:{" "}
      </span>
      <Sparkline uses={uses} />
    </Link>
  );
}
