import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { Sparkline } from "../chart/sparkline.tsx";
import { classNames } from "../ui/class-names.ts";

/** The page that tells all of a credential. */
export type CredentialPlace =
  | { readonly to: "/settings/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/tokens/$tokenId"; readonly params: { readonly tokenId: string } }
  | { readonly to: "/organization/api-keys/$keyId"; readonly params: { readonly keyId: string } };

interface UsesLinkProps {
  readonly place: CredentialPlace;
  readonly name: string;
  /** Daily uses of the last month, once they are known. */
  readonly uses: readonly number[] | undefined;
  readonly className?: string;
}

/** A month of uses, which leads to how the credential was used at all. */
export function UsesLink({ place, name, uses, className }: UsesLinkProps): ReactElement {
  return (
    <Link {...place} className={classNames("inline-block rounded-control py-0.5 align-top hover:bg-sunken", className)}>
      <span className="sr-only">
        How <bdi>{name}</bdi> was used:{" "}
      </span>
      <Sparkline uses={uses} />
    </Link>
  );
}
