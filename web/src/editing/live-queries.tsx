import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { keys } from '../documents/queries.ts';
import { startLive } from '../ui/live.ts';
import type { LiveNews } from '../ui/live-stream.ts';
import { useMeQuery } from '../ui/me.ts';

/** Everything that shows who edits what; the rest of a page nobody tells of. */
const lists = [keys.register, ['sessions'], ['session']] as const;

/** Keeps what pages show of documents fresh by the browser's stream of live news, for a person who is signed in. */
export function LiveQueries() {
  const client = useQueryClient();
  const me = useMeQuery().data?.id;
  useEffect(() => {
    if (me === undefined) return;
    const refresh = (queryKeys: readonly (readonly unknown[])[]) => {
      // A tab that nobody looks at fetches when somebody does.
      const refetchType = document.hidden ? 'none' : 'active';
      for (const queryKey of queryKeys) void client.invalidateQueries({ queryKey, refetchType });
    };
    const hear = (news: LiveNews) =>
      refresh([...lists, ...(news.kind === 'documents' ? news.ids.map(keys.document) : [['document']])]);
    // How often pages ask follows from the next answer.
    return startLive(hear, () => refresh([...lists, ['document']]));
  }, [client, me]);
  return null;
}
