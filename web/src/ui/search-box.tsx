import { Input } from '@fluentui/react-components';
import { Search16Regular } from '@fluentui/react-icons';
import { pages } from '@megdocs/contract';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import styles from './top-bar.module.css';

interface SearchBoxProps {
  focusAtOnce?: boolean;
  onDone?: () => void;
}

/** Searches the register from anywhere; `/` goes to it, Escape leaves it. */
export function SearchBox({ focusAtOnce, onDone }: SearchBoxProps) {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const searched = pathname === pages.documents ? (new URLSearchParams(search).get('q') ?? '') : '';
  const [words, setWords] = useState(searched);
  useEffect(() => setWords(searched), [searched]);
  useEffect(() => {
    if (focusAtOnce) input.current?.focus();
  }, [focusAtOnce]);
  useSlashKey(() => input.current?.focus());

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const q = words.trim();
    void navigate(q ? `${pages.documents}?q=${encodeURIComponent(q)}` : pages.documents);
    onDone?.();
  };
  return (
    <search className={styles.search}>
      <form onSubmit={submit}>
        <Input
          ref={input}
          className={styles.searchInput}
          type="search"
          aria-label="Search titles and numbers"
          aria-keyshortcuts="/"
          placeholder="Search titles and numbers"
          contentBefore={<Search16Regular />}
          contentAfter={onDone ? undefined : <kbd className={styles.key}>/</kbd>}
          value={words}
          onChange={(_, data) => setWords(data.value)}
          onKeyDown={(event) => event.key === 'Escape' && (onDone ? onDone() : input.current?.blur())}
        />
      </form>
    </search>
  );
}

function useSlashKey(go: () => void): void {
  const latest = useRef(go);
  latest.current = go;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable]');
      const inDialog = document.querySelector('[role="dialog"], [role="alertdialog"]');
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing || inDialog) return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
