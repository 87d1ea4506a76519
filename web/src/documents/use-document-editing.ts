import type { DocumentDetail, EditSession } from '@megdocs/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useDocumentSessions } from '../editing/queries.ts';
import { sessionWithReceipt } from '../editing/receipt-words.ts';
import { announce } from '../ui/announce.tsx';
import { keys } from './queries.ts';

const hiddenName = (sessionId: string) => `receipt-hidden:${sessionId}`;

/** What goes on with a document in Microsoft 365, as its page shows it: the open session or the last receipt. */
export function useDocumentEditing(document: DocumentDetail) {
  const client = useQueryClient();
  const sessions = useDocumentSessions(document.id, document.seesDrafts).data?.sessions ?? [];
  const openSession = sessions.find((session) => session.id === document.beingEdited?.sessionId);
  const [, redraw] = useState(0);
  const isHidden = (sessionId: string) => localStorage.getItem(hiddenName(sessionId)) !== null;
  const receipt = sessionWithReceipt(sessions, isHidden, new Date());

  const receiptHead = useRef<HTMLHeadingElement>(null);
  const checkInButton = useRef<HTMLButtonElement>(null);
  const [focusReceipt, setFocusReceipt] = useState(false);
  useEffect(() => {
    if (!focusReceipt || !receiptHead.current) return;
    receiptHead.current.focus();
    setFocusReceipt(false);
  });

  useAnnouncedSaves(openSession, document.beingEdited?.lastSavedBy ?? null);
  const refresh = useCallback(() => {
    void client.invalidateQueries({ queryKey: keys.document(document.id) });
    void client.invalidateQueries({ queryKey: keys.register });
    void client.invalidateQueries({ queryKey: ['sessions'] });
  }, [client, document.id]);
  return {
    openSession,
    receipt,
    receiptHead,
    checkInButton,
    refresh,
    hideReceipt: () => {
      if (receipt) localStorage.setItem(hiddenName(receipt.id), '1');
      redraw((times) => times + 1);
    },
    showReceipt: () => {
      refresh();
      setFocusReceipt(true);
    },
  };
}

/** Says each save once to a screen reader; "8 s ago" ticks outside the live region. */
function useAnnouncedSaves(session: EditSession | undefined, by: string | null): void {
  const savedAt = session?.lastSavedAt ?? null;
  const before = useRef<string | null>(null);
  useEffect(() => {
    if (savedAt && before.current && savedAt !== before.current) announce(`${by ?? 'Somebody'} saved`);
    before.current = savedAt;
  }, [savedAt, by]);
}
