import { useQueryClient } from "@tanstack/react-query";
import { NOTICES_KEY } from "../api/notices.ts";
import { type MintInput, mintToken, tokensQuery } from "../api/tokens.ts";
import type { MintedToken } from "../api/types.ts";

/** Mints a token, and has the lists that it changes read again. The answer, with the secret, is kept nowhere. */
export function useMintToken(): (input: MintInput) => Promise<MintedToken> {
  const queryClient = useQueryClient();
  return async (input) => {
    const minted = await mintToken(input);
    await queryClient.invalidateQueries({ queryKey: tokensQuery.queryKey });
    void queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
    return minted;
  };
}
