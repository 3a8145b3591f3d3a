import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Readiness } from '../health/readiness.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { ADVISOR, DECIDER } from '../tokens.js';
import type { Advisor } from '../what-if/advisor.js';
import type { Decider } from './decider.js';

/**
 * Start: a lead is taken once everything is there; ready after that. Stop: no longer ready, long polls answered, the loop
 * between two cycles; requests under way and the database come after, in the hooks of others.
 */
@Injectable()
export class SchedulerLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  constructor(
    private readonly readiness: Readiness,
    private readonly board: PublicationBoard,
    private readonly replicas: ReplicaCoordinator,
    @Inject(DECIDER) private readonly decider: Decider,
    @Inject(ADVISOR) private readonly advisor: Advisor,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.replicas.start();
    this.readiness.begin();
  }

  async onModuleDestroy(): Promise<void> {
    this.readiness.end();
    this.board.dismiss();
    await this.replicas.stop();
    await Promise.all([this.decider.stop(), this.advisor.stop()]);
  }
}
