import { Inject, Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { ControlPlaneSettings } from '#config/control-plane-settings.js';
import type { Clock } from '#core/ports/clock.js';
import type { TokenStore } from '#core/ports/token-store.js';
import { CLOCK, SETTINGS, TOKEN_STORE } from '../tokens.js';
import { Authenticator } from './authenticator.js';
import { ensureAdminToken } from './first-token.js';
import { Gatekeeper } from './gatekeeper.js';
import { RateLimiter } from './rate-limiter.js';
import { TokenService } from './token-service.js';
import { TokensController } from './tokens.controller.js';

const RATE_WINDOW_SECONDS = 10;

const MINUTE_MS = 60_000;

/** Before the first request is taken, there is a token to send it with. */
@Injectable()
class FirstToken implements OnApplicationBootstrap {
  constructor(
    @Inject(TOKEN_STORE) private readonly store: TokenStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ControlPlaneSettings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { isAuthenticating, adminTokenFile: file } = this.settings;
    if (!isAuthenticating) return;
    // Past the logger: a log is kept and passed on.
    const show = (token: string) => process.stdout.write(`The first admin token, shown this once:\n\n    ${token}\n\n`);
    await ensureAdminToken({ store: this.store, clock: this.clock, file, show });
  }
}

/** Who may use the API, and how much. */
@Module({
  controllers: [TokensController],
  providers: [
    FirstToken,
    {
      provide: Authenticator,
      inject: [TOKEN_STORE, CLOCK, SETTINGS],
      useFactory: (store: TokenStore, clock: Clock, { databaseUrl }: ControlPlaneSettings) =>
        new Authenticator(store, clock, { isAlone: databaseUrl === null }),
    },
    {
      provide: TokenService,
      inject: [TOKEN_STORE, Authenticator, CLOCK],
      useFactory: (store: TokenStore, authenticator: Authenticator, clock: Clock) =>
        new TokenService(store, authenticator, clock),
    },
    {
      provide: Gatekeeper,
      inject: [Authenticator, CLOCK, SETTINGS],
      useFactory: (
        authenticator: Authenticator,
        clock: Clock,
        { isAuthenticating, requestsPerSecond, failedLoginsPerMinute, tls }: ControlPlaneSettings,
      ) =>
        new Gatekeeper({
          authenticator,
          requests: new RateLimiter(
            { quota: requestsPerSecond * RATE_WINDOW_SECONDS, windowMs: RATE_WINDOW_SECONDS * 1_000 },
            clock,
          ),
          failures: new RateLimiter({ quota: failedLoginsPerMinute, windowMs: MINUTE_MS }, clock),
          isAuthenticating,
          isAskingForCertificates: tls !== null && tls.clientCaFile !== null,
        }),
    },
  ],
})
export class SecurityModule {}
