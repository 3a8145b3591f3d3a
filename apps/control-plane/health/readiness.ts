import { Injectable } from '@nestjs/common';

/** Whether the control plane is to be sent requests: from when everything has started until it begins to stop. */
@Injectable()
export class Readiness {
  #state: 'starting' | 'ready' | 'stopping' = 'starting';

  get state(): 'starting' | 'ready' | 'stopping' {
    return this.#state;
  }

  begin(): void {
    if (this.#state === 'starting') this.#state = 'ready';
  }

  end(): void {
    this.#state = 'stopping';
  }
}
