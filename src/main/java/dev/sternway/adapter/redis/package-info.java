/** Redis as a store that is only checked: nothing of a cache is backed up or restored. */
package dev.sternway.adapter.redis;
