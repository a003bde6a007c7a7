interface SentenceListProps {
  title: string;
  sentences: string[];
  empty: string;
}

export function SentenceList({ title, sentences, empty }: SentenceListProps) {
  return (
    <section className="card">
      <h3>{title}</h3>
      {sentences.length === 0 ? (
        <p className="hint">{empty}</p>
      ) : (
        <ul>
          {sentences.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
    </section>
  );
}
