import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Readiness } from '../health/readiness.js';
import { PublicationBoard } from '../publication/publication-board.js';
import { ReplicaCoordinator } from '../replicas/replica-coordinator.js';
import { DECIDER, WHAT_IF_DECIDER } from '../tokens.js';
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
    @Inject(WHAT_IF_DECIDER) private readonly whatIfDecider: Decider,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.replicas.start();
    this.readiness.begin();
  }

  async onModuleDestroy(): Promise<void> {
    this.readiness.end();
    this.board.dismiss();
    await this.replicas.stop();
    await Promise.all([this.decider.stop(), this.whatIfDecider.stop()]);
  }
}
