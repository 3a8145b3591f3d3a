import { applyDecorators } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { Rules } from '../http/route-rules.js';
import type { RequiredRole } from './caller.js';

/** What the API's document calls the one way to authenticate. */
export const TOKEN_SCHEME = 'token';

/** Says which role an operation asks for. One that says nothing is refused to everybody. */
export function Access(role: RequiredRole): MethodDecorator {
  return applyDecorators(
    Rules({ access: role }),
    ApiExtension('x-weir-role', role),
    ...(role === 'anyone' ? [ApiSecurity({})] : [ApiSecurity(TOKEN_SCHEME)]),
  );
}
