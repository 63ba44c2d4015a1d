/**
 * The shop: what happens in it, what is asked of it, and how it decides. It knows neither files nor
 * databases; {@link dev.millrace.retail.domain.Shop} puts it together.
 */
@NullMarked
package dev.millrace.retail.domain;

import org.jspecify.annotations.NullMarked;
