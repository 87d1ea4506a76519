import { Tooltip } from '@fluentui/react-components';
import { type RefObject, useEffect, useId } from 'react';

interface ExactTimeProps {
  of: RefObject<HTMLElement | null>;
  words: string;
}

/** The exact time beside a relative one, while that is pointed at or has the focus. */
export default function ExactTime({ of, words }: ExactTimeProps) {
  const id = useId();
  useEffect(() => {
    const time = of.current;
    time?.setAttribute('aria-describedby', id);
    return () => time?.removeAttribute('aria-describedby');
  }, [of, id]);
  return (
    <Tooltip
      visible
      withArrow
      relationship="inaccessible"
      content={{ id, children: words }}
      positioning={{ target: of.current }}
    />
  );
}
