// An issuer of OpenID Connect tokens on loopback, as Google is for Pub/Sub: it signs what it is asked to, and publishes its keys.
import { createServer, type Server } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;

export interface TokenClaims {
  readonly audience?: string;
  readonly issuer?: string;
  readonly email?: string | undefined;
  readonly isVerified?: boolean;
  /** Seconds from now. */
  readonly expiresIn?: number;
  /** A key that is not published. */
  readonly isOfUnknownKey?: boolean;
}

export class Issuer {
  static readonly issuerName = "https://accounts.issuer.test";
  static readonly serviceAccount = "push@project.iam.gserviceaccount.com";
  readonly #server: Server;
  readonly #keys: Keys;
  readonly #unknown: Keys;
  readonly url: string;
  /** How often its keys were asked for. */
  asked = 0;
  /** Nobody has them before. */
  published: Promise<void> = Promise.resolve();

  private constructor(server: Server, keys: Keys, unknown: Keys, url: string) {
    this.#server = server;
    this.#keys = keys;
    this.#unknown = unknown;
    this.url = url;
  }

  static async start(): Promise<Issuer> {
    const [keys, unknown] = await Promise.all([generateKeyPair("RS256"), generateKeyPair("RS256")]);
    const published = JSON.stringify({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: "known", alg: "RS256", use: "sig" }] });
    const state: { issuer?: Issuer } = {};
    const server = createServer(async (_, response) => {
      if (state.issuer !== undefined) state.issuer.asked++;
      await state.issuer?.published;
      response.setHeader("content-type", "application/json").end(published);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    state.issuer = new Issuer(server, keys, unknown, `http://127.0.0.1:${port}/certs`);
    return state.issuer;
  }

  settings(audience: string): object {
    return { audience, service_account: Issuer.serviceAccount, issuer: Issuer.issuerName, jwks_url: this.url };
  }

  /** The key that it publishes, for those who would sign with it. */
  async publicKey(): Promise<string> {
    return JSON.stringify(await exportJWK(this.#keys.publicKey));
  }

  token(claims: TokenClaims = {}): Promise<string> {
    const { audience = "audience", issuer = Issuer.issuerName, isVerified = true, expiresIn = 600, isOfUnknownKey = false } = claims;
    const email = "email" in claims ? claims.email : Issuer.serviceAccount;
    const nowSeconds = Math.floor(Date.now() / 1000);
    return new SignJWT({ ...(email !== undefined && { email }), email_verified: isVerified })
      .setProtectedHeader({ alg: "RS256", kid: isOfUnknownKey ? "unknown" : "known" })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt(nowSeconds - 3600)
      .setExpirationTime(nowSeconds + expiresIn)
      .sign((isOfUnknownKey ? this.#unknown : this.#keys).privateKey);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
