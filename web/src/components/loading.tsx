interface LoadingProps {
  children: string;
}

export function Loading({ children }: LoadingProps) {
  return (
    <p className="loading" role="status">
      <span className="loading__mark" aria-hidden="true" />
      {children}
    </p>
  );
}
