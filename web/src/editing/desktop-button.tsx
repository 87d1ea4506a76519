import { Button } from '@fluentui/react-components';
import { type EditSession, fill, routes } from '@megdocs/contract';
import { useState } from 'react';
import { z } from 'zod';
import { getJson } from '../ui/api.ts';
import { FailureBox } from '../ui/failure.tsx';

const link = z.object({ url: z.string().regex(/^ms-(word|excel|powerpoint):ofe\|u\|https?:\/\//) });

/** Opens the copy in the app on this computer, where the institution allows it. Nobody can know whether one is there. */
export function DesktopButton({ session, app }: { session: EditSession; app: string }) {
  const [failed, setFailed] = useState<unknown>();
  if (!session.may.desktop) return null;
  const open = async () => {
    setFailed(undefined);
    try {
      const { url } = await getJson(fill(routes.editSessionDesktopLink, { id: session.id }), link);
      window.location.assign(url);
    } catch (error) {
      setFailed(error);
    }
  };
  return (
    <>
      <Button onClick={() => void open()}>Open in {app} on this computer</Button>
      {failed === undefined ? null : <FailureBox error={failed} />}
    </>
  );
}
