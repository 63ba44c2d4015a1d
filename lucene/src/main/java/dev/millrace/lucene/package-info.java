/**
 * Read models for text search: projections that keep documents in a Lucene index, with their
 * checkpoint in the same commit.
 *
 * <p>{@link dev.millrace.lucene.LuceneReadModel} is opened over a folder; handlers put and delete
 * documents of a {@link dev.millrace.lucene.LuceneTransaction}, and whoever reads searches them.
 */
@NullMarked
package dev.millrace.lucene;

import org.jspecify.annotations.NullMarked;
