import type { ReactNode } from 'react';
import { Empty } from '../ui/empty.tsx';
import { isAdmin, useMe } from '../ui/me.ts';

/** Says so to others in words; the server refuses them anyhow. */
export function AdminsOnly({ children }: { children: ReactNode }) {
  if (isAdmin(useMe())) return children;
  return <Empty sentence="This page is for institution admins. Ask one of them if something here needs changing." />;
}
